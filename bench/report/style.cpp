#include <bench/report/style.hpp>

namespace loa::bench {

std::string_view style_sheet() {
  // One colour for ours; the peers' are dull, and told apart by dashes and marks as well. All stand
  // out from their ground by 4.5 to 1 at least.
  return R"css(
:root{--paper:#fff;--ink:#1c2127;--soft:#5a6572;--rule:#dfe3e8;--ground:#f5f7f9;--ours:#0b61b8;
--peer1:#69717d;--peer2:#96600f;--peer3:#7d4a91;--peer4:#23735f;--peer5:#a63d63;--peer6:#66691a;--good:#1b6e35;--bad:#b3261e;
--doubt:#fdf5df;--doubt-edge:#b98a1d;--allowed:#e9f3ec}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14181d;--ink:#e4e8ec;--soft:#9ba6b2;
--rule:#2d353f;--ground:#1b2128;--ours:#63b0ff;--peer1:#a3acb6;--peer2:#dba550;--peer3:#c79bd8;
--peer4:#6cc2ab;--peer5:#ec93b3;--peer6:#bcc065;--good:#69c585;--bad:#ff8f85;--doubt:#2b2514;--doubt-edge:#c99b34;
--allowed:#1b2a22}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
main{max-width:808px;margin:0 auto;padding:40px 24px 64px;overflow-wrap:anywhere}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em}
h2{font-size:1.4rem;line-height:1.25;margin:0 0 14px}
h3{font-size:1.06rem;line-height:1.3;margin:40px 0 10px}
p{margin:0 0 12px}
a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:2px}
.where,.note,.kind,.caption,figcaption{color:var(--soft);font-size:.875rem}
.where{margin-bottom:28px}
section{margin-top:44px;padding-top:32px;border-top:1px solid var(--rule)}
.kind{margin:0 0 2px}
.doubt{background:var(--doubt);border-left:4px solid var(--doubt-edge);padding:10px 16px;
margin:0 0 16px;font-size:.94rem}
header+.doubt+h2,.doubt+h2{margin-top:28px}
.doubt h3{margin:0 0 4px;font-size:1rem}
.doubt ul{margin:0;padding-left:1.2em}
.verdicts{list-style:none;margin:0;padding:0}
.verdicts li{padding:7px 0;border-top:1px solid var(--rule)}
.badge{display:inline-block;min-width:5.6em;margin-right:4px;font-weight:600;font-size:.875rem}
.met{color:var(--good)}.missed{color:var(--bad)}.unknown{color:var(--soft)}
.goal{margin-bottom:18px}.goal p{margin-bottom:4px}
figure{margin:0 0 18px}
figcaption{margin-bottom:8px}
figcaption b{color:var(--ink);font-size:1rem}
.grid{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:22px 40px}
svg{display:block;width:100%;height:auto;overflow:hidden}
svg.narrow{display:none}
.scroll{overflow-x:auto;margin:0 0 22px}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
.caption{margin:0 0 4px}
th,td{padding:6px 0 6px 18px;border-bottom:1px solid var(--rule);vertical-align:baseline;
text-align:left;font-weight:400;overflow-wrap:normal}
th:first-child{padding-left:0}
thead th{color:var(--soft);font-size:.82rem;vertical-align:bottom;min-width:4.5em}
.numbers td,.numbers thead th+th{text-align:right}
.numbers td{white-space:nowrap}
.words td:last-child{overflow-wrap:anywhere}
tbody th{min-width:6em;max-width:22em}
.interval{display:block;color:var(--soft);font-size:.88em;line-height:1.3}
tr.ours th{color:var(--ours);font-weight:600}
pre{background:var(--ground);padding:12px 16px;overflow-x:auto;font-size:.875rem}
text{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round;fill:var(--ink);
font-size:13px;font-family:inherit}
.small{fill:var(--soft);font-size:12px}
.value{font-variant-numeric:tabular-nums}
.grid>figure svg,.timeline svg{overflow:visible}
.whisker{stroke:var(--soft);stroke-width:1.25}
line.grid{stroke:var(--rule)}
.axis{stroke:var(--soft)}
.ours{--c:var(--ours)}.peer1{--c:var(--peer1)}.peer2{--c:var(--peer2)}.peer3{--c:var(--peer3)}
.peer4{--c:var(--peer4)}.peer5{--c:var(--peer5)}.peer6{--c:var(--peer6)}
.line{fill:none;stroke:var(--c);stroke-width:1.75;stroke-linejoin:round}
.ours .line{stroke-width:2.5}
.range{fill:var(--c);opacity:.12}
.mark{fill:var(--paper);stroke:var(--c);stroke-width:1.75}
.ours .mark{fill:var(--c)}
.leader{stroke:var(--c);stroke-width:1;opacity:.5}
.name{fill:var(--c)}
.ours .name{font-weight:600}
.bar{fill:var(--c);opacity:.45}
.ours .bar{opacity:1}
.dot{fill:var(--c);fill-opacity:.8;stroke:var(--paper);stroke-width:.75}
.median{stroke:var(--c);stroke-width:3}
.allowed{fill:var(--allowed)}

line.target{stroke:var(--good);stroke-width:1.5;stroke-dasharray:4 3}
@media screen and (max-width:640px){
main{padding:24px 14px 48px}
h1{font-size:1.5rem}h2{font-size:1.25rem}
th,td{padding-left:10px}
table{font-size:.85rem}thead th{min-width:0}
svg.wide{display:none}svg.narrow{display:block}
.grid{grid-template-columns:minmax(0,1fr)}
}
@media print{
@page{margin:16mm 14mm}
body{font-size:10.5pt}
main{max-width:none;padding:0}
.scroll{overflow:visible}
table{font-size:8.5pt}
.numbers td{white-space:normal}
figure,.goal,.doubt,tr,pre{break-inside:avoid}
h2,h3,h3+.note,.caption,figcaption,thead{break-after:avoid}
pre{white-space:pre-wrap}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
)css";
}

} // namespace loa::bench
