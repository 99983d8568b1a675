%% The peer for Loa's cascade: a city, its districts, their communes and a number of citizen sessions,
%% each a plain Erlang process that keeps nothing. A message is published at the city and sent down
%% level by level; a round ends when the last session has received it. Prints one JSON object.
-module(cascade).
-export([main/1]).

%% Communes per district of Ho Chi Minh City in 2021: 22 districts, 312 communes.
-define(communes, [10, 11, 16, 20, 15, 11, 13, 34, 12, 14, 16, 13, 14, 14, 16, 10, 10, 21, 12, 16, 7, 7]).
-define(message_bytes, 1500).

main([Sessions_, Rounds_]) ->
    Sessions = list_to_integer(Sessions_),
    Rounds = list_to_integer(Rounds_),
    Left = atomics:new(1, []),
    erlang:garbage_collect(),
    Before = resident(),
    Main = self(),
    City = spawn(fun() -> city(Sessions, Left, Main) end),
    receive ready -> ok end,
    Started = resident(),
    Message = message(?message_bytes),
    Times = [round(City, Message, Sessions, Left) || _ <- lists:seq(1, Rounds)],
    After = resident(),
    io:format("{\"sessions\":~b,\"message_bytes\":~b,\"rounds\":[~s],\"median_ms\":~.1f,"
              "\"bytes_per_session\":~b,\"bytes_per_session_before_first\":~b,"
              "\"schedulers\":~b,\"otp\":\"~s\"}~n",
              [Sessions, ?message_bytes,
               lists:join(",", [io_lib:format("~.1f", [T]) || T <- Times]), median(Times),
               (After - Before) div Sessions, (Started - Before) div Sessions,
               erlang:system_info(schedulers_online), erlang:system_info(otp_release)]),
    halt().

round(City, Message, Sessions, Left) ->
    atomics:put(Left, 1, Sessions),
    Start = erlang:monotonic_time(nanosecond),
    City ! {bulletin, Message},
    receive done -> ok end,
    (erlang:monotonic_time(nanosecond) - Start) / 1.0e6.

%% A unit starts the level below, reports up when that is there, and passes on what it gets.

city(Sessions, Left, Main) ->
    Communes = lists:sum(?communes),
    Self = self(),
    {Districts, _} =
        lists:mapfoldl(
          fun(Count, First) ->
                  Shares = [Sessions * (I + 1) div Communes - Sessions * I div Communes
                            || I <- lists:seq(First, First + Count - 1)],
                  {spawn(fun() -> district(Shares, Left, Main, Self) end), First + Count}
          end, 0, ?communes),
    unit(Districts, Main).

district(Shares, Left, Main, City) ->
    Self = self(),
    unit([spawn(fun() -> commune(N, Left, Main, Self) end) || N <- Shares], City).

commune(N, Left, Main, District) ->
    Sessions = [spawn(fun() -> session(Left, Main) end) || _ <- lists:seq(1, N)],
    District ! ready,
    pass_on(Sessions).

unit(Below, Above) ->
    [receive ready -> ok end || _ <- Below],
    Above ! ready,
    pass_on(Below).

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

%% A binary beyond 64 octets is shared between processes by reference.
message(N) -> list_to_binary([X rem 251 || X <- lists:seq(1, N)]).

median(L) -> lists:nth((length(L) + 1) div 2, lists:sort(L)).

%% The resident memory of this emulator in octets.
resident() ->
    {ok, File} = file:open("/proc/self/status", [read, raw]),
    {ok, Text} = file:read(File, 8192),
    file:close(File),
    {match, [Kilobytes]} = re:run(Text, "VmRSS:\\s+([0-9]+) kB", [{capture, all_but_first, list}]),
    list_to_integer(Kilobytes) * 1024.
