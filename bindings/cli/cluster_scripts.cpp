#include <bindings/cli/cluster_scripts.hpp>

#include <fmt/format.h>

namespace loa::cli {

namespace {

// Names and addresses were checked and hold nothing that a shell would look at.
constexpr const char* start_head = R"text(#!/bin/sh
# Runs the nodes of the cluster {cluster} on this machine.
#
#   ./start          starts all, waits until they are ready, and stays until Ctrl-C
#   ./start --stop   ends those that a ./start started, from another terminal
#
# The program is $LOA, or the loa that the shell finds.

cluster={cluster}
root={root}
first={first}
first_url={first_url}
nodes='
{nodes}'
)text";

constexpr const char* start_rest = R"text(
here=$(cd -- "$(dirname -- "$0")" && pwd -P) || exit 1
loa=${LOA:-loa}

say() { printf '%s\n' "$*"; }
fail() { printf 'start: %s\n' "$*" >&2; exit 1; }

config_of() { say "$here/nodes/$1/node.json"; }
pid_file() { say "$here/nodes/$1/pid"; }
log_file() { say "$here/nodes/$1/log"; }

# True while process $2 is node $1, and not something else that got its number since.
is_node() { [ -n "$2" ] && grep -aqF "$(config_of "$1")" "/proc/$2/cmdline" 2>/dev/null; }

# Runs one node, in a session of its own so that Ctrl-C does not reach it before it is told to end.
# Whoever ends a node on purpose takes its pid file away first.
watch_node() {
  setsid "$loa" node "$(config_of "$1")" >>"$(log_file "$1")" 2>&1 &
  if [ -e "$(pid_file "$1")" ]; then say $! >"$(pid_file "$1")"; else kill $!; fi
  wait $! 2>/dev/null
  code=$?
  [ -e "$(pid_file "$1")" ] || return 0
  rm -f "$(pid_file "$1")"
  say "$1 has ended with exit code $code; the last lines of $(log_file "$1"):" >&2
  tail -n 3 "$(log_file "$1")" >&2
}

# Set once the pid files are those of this run, maybe of processes that are not yet the node.
mine=

# Ends all nodes that have a pid file, and waits until they have stored everything.
stop_nodes() {
  ending=
  for entry in $nodes; do
    node=${entry%%=*}
    pid=$(cat "$(pid_file "$node")" 2>/dev/null)
    rm -f "$(pid_file "$node")"
    { [ -n "$pid" ] && [ -n "$mine" ]; } || is_node "$node" "$pid" || continue
    kill "$pid" 2>/dev/null && ending="$ending $node=$pid"
  done
  rounds=0
  while [ -n "$ending" ]; do
    left=
    for entry in $ending; do
      is_node "${entry%%=*}" "${entry#*=}" && left="$left $entry"
    done
    ending=$left
    [ -z "$ending" ] && break
    rounds=$((rounds + 1))
    [ $rounds -le 150 ] || fail "these still run, as NODE=PROCESS:$ending"
    sleep 0.2
  done
}

case "${1-}" in
--stop)
  stop_nodes
  say "No node of $cluster runs here any more."
  exit 0 ;;
'') ;;
*) fail "there is no \"$1\"; ./start starts the nodes, ./start --stop ends them." ;;
esac

command -v "$loa" >/dev/null ||
  fail "the program loa was not found. Name it: LOA=/path/to/loa $0"
for entry in $nodes; do
  node=${entry%%=*}
  pid=$(cat "$(pid_file "$node")" 2>/dev/null)
  is_node "$node" "$pid" && fail "$node runs already, as process $pid; $here/stop ends all."
done

trap 'trap "" INT TERM HUP; say "Ending the nodes ..."; stop_nodes; say "All have ended."; exit 0' INT TERM HUP
mine=yes
began=$(date +%s)
for entry in $nodes; do
  : >"$(pid_file "${entry%%=*}")"
  watch_node "${entry%%=*}" &
done

must_run() {
  [ -e "$(pid_file "$1")" ] && return
  stop_nodes
  fail "$1 could not start; the others were ended, too."
}

waiting=$nodes
while
  left=
  for entry in $waiting; do
    node=${entry%%=*}
    "$loa" status --url "${entry#*=}" >/dev/null 2>&1 && good=yes || good=
    must_run "$node"
    if [ -n "$good" ]; then
      printf '%-24s ready at %s\n' "$node" "${entry#*=}"
    else
      left="$left $entry"
    fi
  done
  waiting=$left
  [ -n "$waiting" ]
do
  if [ $(($(date +%s) - began)) -gt 300 ]; then
    stop_nodes
    fail "after 5 minutes these were not ready; all were ended:$waiting"
  fi
  sleep 0.3
done

# What answered may have been something else, with the port that a node wanted.
for entry in $nodes; do must_run "${entry%%=*}"; done

cat <<TEXT

All nodes of $cluster are ready. Try, in another terminal:

  $loa token add --config $(config_of "$first") --role editor --unit $root > editor.token
  $loa status --unit $root --url $first_url --token-file editor.token

Ctrl-C ends all of them; so does $here/stop.
TEXT
wait
say "All nodes have ended."
)text";

constexpr const char* stop_text = R"text(#!/bin/sh
# Ends the nodes that ./start has started.
exec "$(dirname -- "$0")/start" --stop
)text";

constexpr const char* readme = R"text(The cluster {cluster}, written by "loa cluster init"

  start, stop    run all {count} nodes on this machine, and end them
  nodes/NODE     what one node needs; its config is node.json
  authority      the private authority that says which nodes belong to the cluster

On machines of their own
  Copy nodes/NODE, and nothing else, to the machine of that node, readable by the user that runs it,
  and run "loa node NODE/node.json" there. Every machine must reach the others at the addresses in
  placement.json, which are also those that "cluster.listen" in each node.json names. The clocks
  must be right: certificates have a first and a last instant.
  A node answers clients on loopback unless its node.json says otherwise: put a proxy with TLS
  before it, or name "http.listen", "http.certificate" and "http.key".

What must be kept secret
  authority/authority.key   who has it can make nodes of this cluster and say who hosts what. No node
                            needs it: take it off this machine, and keep a copy.
  nodes/NODE/node.key       who has it can call himself that node.
  nodes/NODE/data/token.key who has it can make any token. It is the same in all nodes, so that a
                            token that one gives out is good at all.

Later
  loa cluster show FILE                what a signed document says
  loa cluster sign KIND FILE ...       sign a newer hierarchy or placement
  loa cluster certificate NODE ...     a node's next certificate; the first ones end {ends}
)text";

/// Where the script asks a node on this machine whether it is ready.
std::string local_url(const planned_node& n) {
  return "http://" + n.http_listen.str();
}

const planned_node& host_of_root(const path& root, std::span<const planned_node> nodes) {
  for (const auto& n : nodes)
    for (const auto& unit : n.hosts)
      if (unit == root) return n;
  return nodes.front();
}

} // namespace

std::string start_script(std::string_view cluster, const path& root,
                         std::span<const planned_node> nodes) {
  std::string lines;
  for (const auto& n : nodes) lines += fmt::format("{}={}\n", n.node, local_url(n));
  const auto& first = host_of_root(root, nodes);
  return fmt::format(fmt::runtime(start_head), fmt::arg("cluster", cluster),
                     fmt::arg("root", root.str()), fmt::arg("first", first.node),
                     fmt::arg("first_url", local_url(first)), fmt::arg("nodes", lines)) +
         start_rest;
}

std::string stop_script() {
  return stop_text;
}

std::string readme_text(std::string_view cluster, std::size_t nodes, instant certificates_end) {
  return fmt::format(fmt::runtime(readme), fmt::arg("cluster", cluster), fmt::arg("count", nodes),
                     fmt::arg("ends", format_rfc3339(certificates_end).substr(0, 10)));
}

} // namespace loa::cli
