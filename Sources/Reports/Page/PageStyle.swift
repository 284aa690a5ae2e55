/// The style sheet of every page: the tokens of the look, both themes, print, and one column when narrow.
enum PageStyle {
    /// Hatching in each series colour, which drawings refer to.
    static let patterns: String = {
        let colours = (1...Palette.seriesCount).map { "s\($0)" } + ["so"]
        let patterns = colours.map { colour in
            "<pattern id=\"h\(colour)\" class=\"\(colour)\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" "
                + "patternTransform=\"rotate(45)\"><rect class=\"a\" width=\"5\" height=\"5\"/>"
                + "<rect class=\"hl\" width=\"2.5\" height=\"5\"/></pattern>"
        }
        return
            "<svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>\(patterns.joined())</defs></svg>"
    }()

    private static let hatches = ((1...Palette.seriesCount).map { "s\($0)" } + ["so"]).map {
        ".h\($0){fill:url(#h\($0))}"
    }
    .joined()

    static let light = """
        --page:#fff;--panel:#f7f8fa;--text:#17202a;--muted:#5b6775;--line:#dfe3e8;--s1:#0072b2;--s2:#e69f00;\
        --s3:#009e73;--s4:#cc79a7;--s5:#56b4e9;--s6:#d55e00;--s7:#8c6bb1;--so:#b8c0ca;--brown:#8a6d3b;--down:#5b6775;\
        --on:#fff;--ondark:#000;--good:#1b7f4d;--warn:#a86500;--bad:#b3261e;--badbg:#fdecea
        """
    static let dark = """
        --page:#0f1318;--panel:#171c23;--text:#e8ecf1;--muted:#98a4b3;--line:#2b323c;--s1:#4aa3df;--s2:#f2b83b;\
        --s3:#35c79a;--s4:#e3a1c4;--s5:#8fd0f5;--s6:#f08a4b;--s7:#b59ad6;--so:#4a5461;--brown:#c2a36b;--down:#98a4b3;\
        --on:#0f1318;--ondark:#0f1318;--good:#4fc28a;--warn:#e0a33a;--bad:#f2766d;--badbg:#3a1d1b
        """

    /// All rules.
    static let css = """
        :root{\(light)}
        @media (prefers-color-scheme:dark){:root:not([data-theme=light]){\(dark)}}
        :root[data-theme=dark]{\(dark)}
        *{box-sizing:border-box}
        html{background:var(--page);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;scroll-behavior:smooth}
        body{margin:0 auto;max-width:1180px;padding:0 24px 64px}
        .defs{position:absolute}.hl{fill:var(--panel)}
        .skip{position:absolute;left:-999px}.skip:focus{left:16px;top:8px;background:var(--page);padding:8px}
        .top{display:flex;justify-content:space-between;align-items:center;gap:16px;padding:16px 0 0}
        .name{margin:0;color:var(--muted);font-size:13px}
        h1{font-size:24px;line-height:1.4;font-weight:400;margin:16px 0 24px;max-width:60em;text-wrap:pretty}
        h1 b{font-weight:650}
        h2{font-size:20px;margin:56px 0 16px;padding-top:16px;border-top:1px solid var(--line);font-weight:650}
        h3{font-size:15px;margin:32px 0 8px;font-weight:650}
        p{margin:8px 0;max-width:75em}
        a{color:var(--link,inherit);text-underline-offset:2px}
        button{font:inherit;font-size:13px;color:var(--text);background:var(--panel);border:1px solid var(--line);border-radius:4px;padding:4px 12px;cursor:pointer}
        :focus-visible{outline:2px solid var(--s1);outline-offset:2px}
        .partial{border:2px solid var(--bad);background:var(--badbg);color:var(--text);font-weight:650;padding:12px 16px;border-radius:4px}
        .warned{border-left:3px solid var(--warn);padding-left:12px;color:var(--text);margin:0 0 24px}
        .facts{display:grid;grid-template-columns:repeat(6,1fr);gap:1px;background:var(--line);border:1px solid var(--line);margin:0}
        .facts>div{background:var(--panel);padding:12px 16px}
        .facts dt{font-size:13px;color:var(--muted);display:flex;justify-content:space-between;gap:8px;align-items:center}
        .facts dd{margin:0}
        .value{display:block;font-size:28px;line-height:1.3;white-space:nowrap}
        .context{font-size:13px;color:var(--muted)}
        .spark{flex:none;overflow:visible}
        .chart{margin:24px 0;position:relative}
        .chart h3{margin:0 0 4px}
        .note,.empty{color:var(--muted);font-size:13px}
        .partial,.empty{max-width:none}.empty{border:1px dashed var(--line);padding:12px 16px;border-radius:4px}
        .plot{display:none;width:100%;height:auto;margin-top:12px;overflow:visible}
        .v-wide{display:block}
        .plot text{font-size:13px;fill:var(--text);font-family:inherit}
        .plot .m{fill:var(--muted);font-size:12px}.plot .tb{font-weight:600}
        .plot .on{fill:var(--kt,var(--on))}
        .halo{paint-order:stroke;stroke:var(--page);stroke-width:4px;stroke-linejoin:round}
        .gr{stroke:var(--line);fill:none}.ax{stroke:var(--muted);fill:none}
        .a{fill:var(--k)}.l{fill:none;stroke:var(--k);stroke-width:1.75;stroke-linejoin:round}.bd{fill:var(--k);opacity:.28}.faint{opacity:.1}
        .d{stroke-dasharray:5 4}.ld{fill:none;stroke:var(--k,var(--muted))}
        .l.d{stroke:var(--muted);stroke-width:1.25}.l.so{stroke:var(--muted)}
        .seg{stroke:var(--page);stroke-width:1}.e{shape-rendering:crispEdges}
        .dot{fill:var(--k);stroke:var(--page);stroke-width:1.5}
        \(hatches).bg{fill:var(--panel)}
        .w{fill:none;stroke:var(--k);stroke-width:2}.w.so{stroke:var(--muted)}.w.x{stroke-width:1.5;opacity:.6}
        .mean{fill:var(--k);stroke:var(--page);stroke-width:1.5}.mean.so{fill:var(--muted)}.hollow{fill:var(--page);stroke:var(--muted);stroke-width:1.75}
        .sm{fill:var(--k);opacity:.45}.cgood{--k:var(--good)}.cbad{--k:var(--bad)}.cnone{--k:var(--muted)}
        .plot .tgood{fill:var(--good);font-size:12px;font-weight:600}.plot .tbad{fill:var(--bad);font-size:12px;font-weight:600}
        .plot .ts{font-size:12px}
        .hit{fill:transparent;cursor:crosshair}.cross{stroke:var(--text);stroke-dasharray:2 2;pointer-events:none}
        .s1{--k:var(--s1)}.s2{--k:var(--s2)}.s3{--k:var(--s3)}.s4{--k:var(--s4)}.s5{--k:var(--s5)}.s6{--k:var(--s6)}.s7{--k:var(--s7)}.so{--k:var(--so)}
        .c-productive{--k:var(--s3)}.c-recomputed{--k:var(--s6)}.c-checkpoint_restore{--k:var(--s5)}.c-starting{--k:var(--s1)}
        .c-incomplete_gang{--k:var(--s4)}.c-slowed{--k:var(--s7)}.c-fragmented{--k:var(--s2)}.c-blocked{--k:var(--brown)}
        .c-idle{--k:var(--so)}.c-down{--k:var(--down)}
        .plot .on{--kt:var(--ondark)}.plot .on.c-starting,.plot .on.c-blocked,.plot .on.c-down{--kt:var(--on)}
        .plot .on.c-idle{--kt:var(--text)}
        .swatch{display:inline-block;width:11px;height:11px;margin-right:8px;background:var(--k);vertical-align:-1px}
        .hatched{background:repeating-linear-gradient(45deg,var(--muted) 0 2px,var(--panel) 2px 4px)}
        .vacant{background:var(--panel);border:1px solid var(--line)}
        .legend{display:flex;flex-wrap:wrap;gap:8px 16px;margin:12px 0;font-size:13px}
        .key{white-space:nowrap}button.key{padding:2px 10px}button.key[aria-pressed=false]{opacity:.5;text-decoration:line-through}
        .scroll{overflow-x:auto;margin:12px 0;background:linear-gradient(90deg,var(--page) 40%,transparent),linear-gradient(270deg,var(--page) 40%,transparent) 100% 0,linear-gradient(90deg,#8886,transparent),linear-gradient(270deg,#8886,transparent) 100% 0;background-repeat:no-repeat;background-size:24px 100%,24px 100%,9px 100%,9px 100%;background-attachment:local,local,scroll,scroll}
        .rack .plot{display:block;min-width:860px}
        table{border-collapse:collapse;width:100%;font-size:14px}
        .caption{color:var(--muted);font-size:13px;margin:24px 0 0}.caption+.scroll{margin-top:6px}
        .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        table.slim{width:auto;min-width:min(100%,640px)}
        th,td{padding:5px 12px 5px 0;border-bottom:1px solid var(--line);vertical-align:top;text-align:left}
        th{font-weight:600;font-size:13px;color:var(--muted)}
        td.n,th.n{text-align:right;white-space:nowrap;padding-left:12px}
        th.n{white-space:normal}
        .sw{position:relative;padding-left:19px}.sw .swatch{position:absolute;left:0;top:10px;margin:0}
        tfoot td{border-top:2px solid var(--line);font-weight:600}
        th button{all:unset;cursor:pointer}th button:focus-visible{outline:2px solid var(--s1)}
        th[aria-sort=ascending] button::after{content:" ↑"}th[aria-sort=descending] button::after{content:" ↓"}
        details{margin:8px 0}summary{cursor:pointer;font-size:13px;color:var(--muted)}
        .stories{display:grid;grid-template-columns:repeat(auto-fill,minmax(260px,1fr));gap:8px}
        .stories details{margin:0;min-width:0}.stories [open]{grid-column:1/-1}.stories summary{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        .explain,.rack{border:1px solid var(--line);border-radius:4px;padding:8px 16px}
        .explain summary,.rack summary{color:var(--text);font-size:14px}
        .story{list-style:none;padding:0;margin:8px 0;font-size:14px}.story time{color:var(--muted);display:inline-block;min-width:8em}
        .method{display:grid;grid-template-columns:max-content 1fr;gap:6px 24px;margin:0}
        .method dt{color:var(--muted)}.method dd{margin:0;overflow-wrap:anywhere}
        pre{background:var(--panel);border:1px solid var(--line);padding:12px 16px;overflow-x:auto;font-size:13px}
        .tip{position:absolute;z-index:2;pointer-events:none;background:var(--page);border:1px solid var(--line);box-shadow:0 2px 12px #0003;border-radius:4px;padding:8px 12px;font-size:12px;line-height:1.45;max-width:300px}
        .tip table{font-size:12px}.tip td{border:0;padding:0 8px 0 0}.tip b{display:block;margin-top:4px}
        .diagram svg{max-width:100%;height:auto}
        .dark-only{display:none}
        @media (prefers-color-scheme:dark){:root:not([data-theme=light]) .dark-only{display:block}:root:not([data-theme=light]) .light-only{display:none}}
        :root[data-theme=dark] .dark-only{display:block}:root[data-theme=dark] .light-only{display:none}
        @media (max-width:1080px){.facts{grid-template-columns:repeat(3,1fr)}}
        @media (max-width:960px){.v-wide{display:none}.v-medium{display:block}}
        @media (max-width:620px){.v-medium{display:none}.v-narrow{display:block}}
        @media (max-width:720px){body{padding:0 16px 48px}h1{font-size:20px}.facts{grid-template-columns:1fr 1fr}.facts>div{padding:10px 12px}.value{font-size:24px}td,th{font-size:13px}.why{min-width:280px}table:not(.slim) td:not(.why){white-space:nowrap}.stories{grid-template-columns:1fr 1fr}.explain{padding:6px 10px}.explain summary{font-size:13px}.method{grid-template-columns:1fr;gap:0}.method dd{margin-bottom:8px}}
        @media print{@page{size:A4;margin:14mm}html{font-size:11px;background:#fff}body{max-width:none;padding:0}button,.skip{display:none}.v-wide,.v-narrow{display:none}.v-medium{display:block}section{break-before:auto}figure,tr{break-inside:avoid}tfoot{display:table-row-group}#course{break-before:page}#time .plot{max-height:205mm}.scroll{overflow:visible}.facts{grid-template-columns:repeat(3,1fr)}:root:root:root{\(light)}.dark-only.dark-only{display:none!important}.light-only{display:block!important}.numbers:not([open]),.stories details:not([open]){display:none}h2,h3{break-after:avoid}}
        """
}
