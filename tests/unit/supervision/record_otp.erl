%% Records what Erlang/OTP's own supervisor does in random situations, for the tests to compare with:
%%
%%   erlc record_otp.erl && erl -noshell -run record_otp main 600 >otp_traces.txt
%%
%% A scenario is a line "supervisor STRATEGY INTENSITY ID:RESTART:FAILURES..." (how many of the child's
%% next starts fail), the line of what follows from that, and for each thing that is done to it a
%% line with the operation and a line with what follows: "> EVENTS | REPLY | CHILD=STATE...".
-module(record_otp).
-export([main/1, init/1, start/3, child/2]).

main([Count]) ->
    logger:set_primary_config(level, none),
    process_flag(trap_exit, true),
    ets:new(failing, [named_table, public]),
    rand:seed(exsss, {8, 1, 35}),
    io:format("# Erlang/OTP ~s~n", [erlang:system_info(otp_release)]),
    [scenario() || _ <- lists:seq(1, list_to_integer(Count))],
    halt().

init(Spec) -> {ok, Spec}.

pick(L) -> lists:nth(rand:uniform(length(L)), L).
restart() -> pick([permanent, permanent, transient, temporary]).

scenario() ->
    Strategy = pick([one_for_one, rest_for_one, one_for_all, simple_one_for_one]),
    Intensity = pick([0, 1, 2, 3, 5, 8]),
    ets:delete_all_objects(failing),
    Self = self(),
    Flags = #{strategy => Strategy, intensity => Intensity, period => 3600},
    io:format("supervisor ~s ~b", [Strategy, Intensity]),
    Specs = case Strategy of
                simple_one_for_one ->
                    Restart = restart(),
                    io:format(" x:~s:0", [Restart]),
                    [#{id => x, restart => Restart, start => {?MODULE, start, [Restart, Self]}}];
                _ ->
                    [begin
                         Restart = restart(),
                         Failures = pick([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
                         io:format(" ~s:~s:~b", [Id, Restart, Failures]),
                         ets:insert(failing, {Id, Failures}),
                         spec(Id, Restart)
                     end || Id <- lists:sublist([a, b, c, d, e], rand:uniform(5))]
            end,
    io:format("~n"),
    case supervisor:start_link(?MODULE, {Flags, Specs}) of
        {ok, Sup} ->
            monitor(process, Sup),
            follow(Sup, ok, Strategy),
            operate(Sup, Strategy, rand:uniform(10));
        {error, _} ->
            follow(none, error, Strategy)
    end.

spec(Id, Restart) ->
    #{id => Id, restart => Restart, start => {?MODULE, start, [Restart, self(), Id]}}.

%% Children.

start(_Restart, Recorder, Id) ->
    case ets:lookup(failing, Id) of
        [{_, N}] when N > 0 ->
            ets:insert(failing, {Id, N - 1}),
            Recorder ! {did, "fail ~s", [Id]},
            {error, on_purpose};
        _ ->
            Recorder ! {did, "start ~s", [Id]},
            proc_lib:start_link(?MODULE, child, [Recorder, Id])
    end.

child(Recorder, Id) ->
    put(id, Id),
    process_flag(trap_exit, true),
    proc_lib:init_ack({ok, self()}),
    receive
        {fail, Reason} -> exit(Reason);
        {'EXIT', _, shutdown} -> Recorder ! {did, "stop ~s", [Id]}, exit(shutdown)
    end.

%% Operations.

operate(_, _, 0) -> ok;
operate(Sup, Strategy, N) ->
    Children = supervisor:which_children(Sup),
    Running = [C || {_, P, _, _} = C <- Children, is_pid(P)],
    Id = pick([a, b, c, d, e, f]),
    Reply =
        case rand:uniform(20) of
            K when K =< 9, Running =/= [] ->
                {_, Pid, _, _} = pick(Running),
                Reason = pick([normal, shutdown, {shutdown, reason}, error, error, error]),
                Failures = pick([0, 0, 0, 1, 2]),
                Failing = case Strategy of one_for_one -> name(Pid);
                                           simple_one_for_one -> name(Pid);
                                           _ -> name(element(2, pick(Running))) end,
                ets:insert(failing, {Failing, Failures}),
                io:format("exit ~s ~s ~s:~b~n",
                          [name(Pid), case Reason of {R, _} -> R; R -> R end, Failing, Failures]),
                Ref = monitor(process, Pid),
                Pid ! {fail, Reason},
                receive {'DOWN', Ref, _, _, _} -> ok end,
                timer:sleep(2),
                ok;
            K when K =< 11, Strategy =:= simple_one_for_one, Running =/= [] ->
                {_, Pid, _, _} = pick(Running),
                io:format("terminate ~s~n", [name(Pid)]),
                reply(supervisor:terminate_child(Sup, Pid));
            K when K =< 19, Strategy =:= simple_one_for_one ->
                New = list_to_atom("x" ++ integer_to_list(N)),
                Failures = pick([0, 0, 0, 0, 1]),
                ets:insert(failing, {New, Failures}),
                io:format("start ~s:~b~n", [New, Failures]),
                reply(supervisor:start_child(Sup, [New]));
            K when K =< 12 ->
                io:format("terminate ~s~n", [Id]),
                reply(supervisor:terminate_child(Sup, Id));
            K when K =< 15 ->
                ets:insert(failing, {Id, pick([0, 0, 0, 1])}),
                [{_, Failures}] = ets:lookup(failing, Id),
                io:format("restart ~s:~b~n", [Id, Failures]),
                reply(supervisor:restart_child(Sup, Id));
            K when K =< 17 ->
                io:format("delete ~s~n", [Id]),
                reply(supervisor:delete_child(Sup, Id));
            K when K =< 19 ->
                Restart = restart(),
                Failures = pick([0, 0, 0, 1]),
                ets:insert(failing, {Id, Failures}),
                io:format("start ~s:~s:~b~n", [Id, Restart, Failures]),
                reply(supervisor:start_child(Sup, spec(Id, Restart)));
            _ ->
                io:format("end~n"),
                exit(Sup, shutdown),
                receive {'DOWN', _, _, Sup, _} = D -> self() ! D end,
                ok
        end,
    case follow(Sup, Reply, Strategy) of
        up -> operate(Sup, Strategy, N - 1);
        down -> ok
    end.

reply(ok) -> ok;
reply({ok, _}) -> ok;
reply({error, not_found}) -> not_found;
reply({error, simple_one_for_one}) -> rule;
reply({error, {already_started, _}}) -> conflict;
reply({error, R}) when R =:= running; R =:= restarting; R =:= already_present -> conflict;
reply({error, _}) -> error.

name(Pid) ->
    {dictionary, D} = process_info(Pid, dictionary),
    proplists:get_value(id, D).

%% Waits until nothing happens any more and writes what did.
follow(Sup, Reply, Strategy) ->
    States = states(Sup),
    Down = receive {'DOWN', _, _, Sup, _} -> true after 0 -> Sup =:= none end,
    receive {'EXIT', _, _} -> ok after 0 -> ok end,
    Events = [lists:flatten(io_lib:format(F, A)) || {F, A} <- events()],
    Sorted = case Down andalso Strategy =:= simple_one_for_one of
                 true -> in_any_order(Events);
                 false -> Events
             end,
    io:format("> ~s | ~s |~s~n",
              [lists:join(", ", Sorted ++ [["end"] || Down]), Reply,
               case Down of
                   true -> "";
                   false -> [io_lib:format(" ~s=~s", [I, S]) || {I, S} <- States]
               end]),
    case Down of true -> down; false -> up end.

in_any_order(Events) ->
    {Before, Stops} = lists:splitwith(fun(E) -> hd(E) =/= $s orelse lists:nth(3, E) =/= $o end, Events),
    Before ++ lists:sort(Stops).

events() -> receive {did, F, A} -> [{F, A} | events()] after 0 -> [] end.

states(none) -> [];
states(Sup) ->
    try lists:reverse(supervisor:which_children(Sup)) of
        Children ->
            case lists:keymember(restarting, 2, Children) of
                true -> states(Sup);
                false ->
                    lists:sort([{case Id of undefined -> name(Pid); _ -> Id end,
                      case Pid of undefined -> stopped; _ -> running end}
                     || {Id, Pid, _, _} <- Children])
            end
    catch
        exit:_ -> timer:sleep(1), []
    end.
