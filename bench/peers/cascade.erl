%% The peer for Loa's cascade: a tree of units and citizen sessions, each a plain Erlang process that
%% keeps nothing. A message is sent to the root and down level by level; it has arrived when the last
%% session has it. Orders come by lines on standard input, answers go to standard output.
-module(cascade).
-export([main/1]).

main([File, Sessions_, Bytes_]) ->
    {ok, [Shape]} = file:consult(File),
    Sessions = list_to_integer(Sessions_),
    Lowest = lowest(Shape),
    Left = atomics:new(1, []),
    erlang:garbage_collect(),
    io:format("empty ~b~n", [resident()]),
    Main = self(),
    {Root, Lowest} = start(Shape, 0, Sessions, Lowest, Left, Main, Main),
    receive ready -> ok end,
    io:format("ready~n"),
    orders(Root, message(list_to_integer(Bytes_)), Sessions, Left).

orders(Root, Message, Sessions, Left) ->
    case io:get_line("") of
        eof -> halt();
        Line ->
            ["alerts", Count, Rate] = string:lexemes(Line, " \n"),
            Every = 1.0e9 / number(Rate),
            Begin = erlang:monotonic_time(nanosecond) + 20000000,
            Times = [alert(Root, Message, Sessions, Left, Begin + round(Every * N))
                     || N <- lists:seq(0, list_to_integer(Count) - 1)],
            io:format("{\"last_ms\":[~s],\"memory\":~b}~n",
                      [lists:join(",", [io_lib:format("~.3f", [T]) || T <- Times]), resident()]),
            orders(Root, Message, Sessions, Left)
    end.

%% Milliseconds from when it was due until the last session had it. An alert that is due before the
%% one before it has arrived is sent late and counts from when it was due.
alert(Root, Message, Sessions, Left, Due) ->
    atomics:put(Left, 1, Sessions),
    case (Due - erlang:monotonic_time(nanosecond)) div 1000000 of
        Wait when Wait > 1 -> timer:sleep(Wait - 1);
        _ -> ok
    end,
    wait_until(Due),
    Root ! {bulletin, Message},
    receive done -> ok end,
    (erlang:monotonic_time(nanosecond) - Due) / 1.0e6.

wait_until(Due) ->
    case erlang:monotonic_time(nanosecond) >= Due of
        true -> ok;
        false -> wait_until(Due)
    end.

%% A unit starts the level below, reports up when that is there, and passes on what it gets. Units
%% are started by those above them; First is the number of lowest units before this one.
start([], First, Sessions, Lowest, Left, Main, Above) ->
    N = Sessions * (First + 1) div Lowest - Sessions * First div Lowest,
    {spawn(fun() -> lowest_unit(N, Left, Main, Above) end), First + 1};
start(Below, First, Sessions, Lowest, Left, Main, Above) ->
    Unit = spawn(fun() ->
                         Self = self(),
                         {Units, _} = lists:mapfoldl(
                                        fun(U, F) -> start(U, F, Sessions, Lowest, Left, Main, Self) end,
                                        First, Below),
                         [receive ready -> ok end || _ <- Units],
                         Above ! ready,
                         pass_on(Units)
                 end),
    {Unit, First + lowest(Below)}.

lowest_unit(N, Left, Main, Above) ->
    Sessions = [spawn(fun() -> session(Left, Main) end) || _ <- lists:seq(1, N)],
    Above ! ready,
    pass_on(Sessions).

pass_on(Below) ->
    Bulletin = receive {bulletin, _} = B -> B end,
    _ = [U ! Bulletin || U <- Below],
    pass_on(Below).

session(Left, Main) ->
    receive {bulletin, _} -> ok end,
    case atomics:sub_get(Left, 1, 1) of
        0 -> Main ! done;
        _ -> ok
    end,
    session(Left, Main).

lowest([]) -> 1;
lowest(Below) -> lists:sum([lowest(U) || U <- Below]).

%% A binary beyond 64 octets is shared between processes by reference.
message(N) -> list_to_binary([X rem 251 || X <- lists:seq(1, N)]).

number(Text) ->
    case string:to_float(Text) of
        {error, no_float} -> list_to_integer(Text);
        {F, _} -> F
    end.

%% The resident memory of this emulator in octets.
resident() ->
    {ok, File} = file:open("/proc/self/status", [read, raw]),
    {ok, Text} = file:read(File, 8192),
    file:close(File),
    {match, [Kilobytes]} = re:run(Text, "VmRSS:\\s+([0-9]+) kB", [{capture, all_but_first, list}]),
    list_to_integer(Kilobytes) * 1024.
