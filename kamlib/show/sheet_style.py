"""How the first page looks: on a screen, on a telephone, on one sheet of paper."""

from kamlib.show.page_colours import shade

_INK, _LINE, _MUTED, _SOFT, _LINK, _GOOD, _BAD, _FOCUS = map(
    shade, ("ink", "line", "muted", "soft", "accent", "good", "bad", "focus")
)

# Carried by the page's first part, so that the sheet looks right in JupyterLab too.
CSS = f"""
.kf-verdict{{font-size:1.7rem;line-height:1.22;margin:18px 0 14px;max-width:46em;font-weight:700;
letter-spacing:-.01em;text-wrap:pretty}}
.kf-h{{font-size:1.02rem;margin:20px 0 4px;padding:0 0 3px;border:0;border-bottom:2px solid
{_INK};line-height:1.3}}
.kf-h a{{color:inherit;text-decoration:none}}.kf-h a:hover{{text-decoration:underline}}
.kf-tiles{{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:10px}}
.kf-tile{{display:flex;flex-direction:column;background:{_SOFT};border-radius:8px;padding:9px 12px;
color:{_INK};text-decoration:none;min-width:0}}
.kf-tile:hover,.kf-tile:focus-visible{{outline:2px solid {_FOCUS}}}
.kf-tile span{{color:{_MUTED};font-size:.85rem}}
.kf-tile strong{{font-size:1.45rem;line-height:1.2;white-space:nowrap;
font-variant-numeric:tabular-nums}}
.kf-tile small{{font-size:.85rem;font-weight:400;color:{_MUTED}}}
.kf-tile ul{{list-style:none;margin:2px 0 6px;padding:0;font-size:.82rem;line-height:1.35}}
.kf-tile svg{{margin-top:auto;max-width:100%}}
.kf-filled{{width:100%;height:8px;border-radius:2px}}
.kf-tile .good,.kf-sides .good{{color:{_GOOD}}}.kf-tile .bad,.kf-sides .bad{{color:{_BAD};
font-weight:600}}
.kf-two{{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));
gap:0 32px}}
.kf-two section{{min-width:0}}
.kf-bridge{{display:flex;gap:0;height:190px;margin-top:6px}}
.kf-bridge>div{{flex:1;min-width:0;display:flex;flex-direction:column;text-align:center}}
.kf-bridge .area{{position:relative;flex:1}}
.kf-bridge svg{{position:absolute;inset:0;width:100%;height:100%}}
.kf-bridge b{{position:absolute;left:-12%;right:-12%;font-size:.78rem;line-height:1.5;
font-weight:600;white-space:nowrap}}
.kf-bridge span{{font-size:.78rem;color:{_MUTED};overflow-wrap:anywhere;line-height:1.2;
padding-top:3px;min-height:2.7em}}
.kf-sides,.kf-table{{border-collapse:collapse;width:100%;font-size:.88rem;line-height:1.35;
font-variant-numeric:tabular-nums}}
.kf-sides th,.kf-sides td,.kf-table th,.kf-table td{{text-align:left;vertical-align:top;
padding:5px 8px 5px 0;border-bottom:1px solid {_LINE};font-weight:400}}
.kf-sides th{{width:36%}}.kf-sides .bar{{width:34%;vertical-align:middle}}
.kf-against{{display:block;width:100%;height:13px}}
.kf-sides .num,.kf-table .num{{text-align:right;white-space:nowrap;padding-left:8px}}
.kf-table thead th{{color:{_MUTED};font-size:.8rem;vertical-align:bottom}}
.kf-table thead th.num{{white-space:normal;min-width:5em}}
.kf-table tbody th{{font-weight:700;width:4.2em}}
.kf-table b{{font-weight:600}}
.kf-stakes .what{{width:10.5em}}.kf-stakes .unit{{color:{_MUTED};width:14em}}
.kf-monday td:first-child{{width:9.5em}}.kf-monday td:nth-child(2){{width:12em}}
.kf-monday td:last-child{{width:30%}}
.kf-table a{{color:{_LINK}}}.kf-sheet .day{{white-space:nowrap}}
.kf-said{{margin:4px 0;font-size:.88rem;max-width:none}}
.kf-small{{color:{_MUTED};font-size:.8rem;margin:6px 0}}.kf-data{{margin-top:14px}}
.output:has(>.kf-h),.output:has(>.kf-two),.output:has(>.kf-tiles){{margin:0}}
@media (max-width:640px){{
.kf-verdict{{font-size:1.25rem}}
.kf-tiles{{grid-template-columns:1fr 1fr}}.kf-tile:last-child:nth-child(odd){{grid-column:1/-1}}
.kf-tile strong{{font-size:1.2rem;white-space:normal}}
.kf-bridge{{height:170px;padding:0 7px}}.kf-bridge b,.kf-bridge span{{font-size:.66rem}}
.kf-table,.kf-table tbody,.kf-table tr,.kf-table td,.kf-table tbody th{{display:block;
width:auto!important}}
.kf-table thead{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
.kf-table td,.kf-table tbody th{{border:0;padding:1px 0}}
.kf-table tr{{border-bottom:1px solid {_LINE};padding:6px 0}}
.kf-table td.num{{text-align:left;padding:1px 0}}
.kf-monday td:first-child{{font-weight:600}}
.kf-monday td[data-label].num::before{{content:attr(data-label) ": ";color:{_MUTED}}}
.kf-sheet td.who{{font-weight:600}}.kf-sheet td:not(.who)::before{{content:attr(data-label) ": ";
color:{_MUTED}}}
.kf-stakes .what{{font-weight:600}}.kf-stakes td.num,.kf-stakes td.unit{{display:inline}}
}}
@media print{{
@page{{size:A4 portrait;margin:9mm 11mm}}
body{{font-size:9pt!important;line-height:1.35}}
header .pack{{margin:0 0 2px}}
.output{{margin:0}}.kf-verdict{{font-size:15pt;margin:6px 0 8px}}
.kf-h{{font-size:10pt;margin:9px 0 2px;break-after:avoid}}
.kf-tiles{{grid-template-columns:repeat(5,1fr);gap:6px}}
.kf-tile{{padding:5px 7px;border:1px solid {_LINE};background:none}}
.kf-tile strong{{font-size:13pt}}.kf-tile span,.kf-tile ul,.kf-tile small{{font-size:7.6pt}}
.kf-two{{grid-template-columns:1fr 1fr;gap:0 20px}}
.kf-bridge{{height:120px}}.kf-bridge b,.kf-bridge span{{font-size:7pt}}
.kf-sides,.kf-table{{font-size:8.4pt;line-height:1.28}}
.kf-sides th,.kf-sides td,.kf-table th,.kf-table td{{padding:2.5px 6px 2.5px 0}}
.kf-table thead th,.kf-small{{font-size:7.6pt}}.kf-monday td:first-child{{width:8.6em}}
.kf-monday td:nth-child(2){{width:11em}}.kf-stakes td:nth-last-child(3){{white-space:nowrap}}
.kf-stakes .unit{{width:14.5em}}.kf-monday td:last-child{{width:34%}}
.kf-said{{font-size:8.6pt;margin:2px 0}}
.kf-data{{margin-top:6px}}
.kf-table tr,.kf-tile,.kf-two{{break-inside:avoid}}
footer{{font-size:7pt;margin-top:4px}}footer p{{padding:1px 0 0;margin:0}}
}}
""".replace("\n", " ").strip()
