/// The page's script: theme, crosshair, series toggles, table sort, opening what a link points at. Everything is
/// readable without it.
enum PageScript {
    /// Plain JavaScript, no library, under ten kilobytes.
    static let javascript = #"""
        (function(){"use strict";
        var doc=document,root=doc.documentElement;
        function all(s,n){return Array.prototype.slice.call((n||doc).querySelectorAll(s))}
        function make(t,c,x){var e=doc.createElement(t);if(c)e.className=c;if(x!==undefined)e.textContent=x;return e}
        /* theme */
        var theme=doc.getElementById("theme"),system=matchMedia("(prefers-color-scheme:dark)");
        function isDark(){var t=root.getAttribute("data-theme");return t?t==="dark":system.matches}
        function name(){theme.textContent=isDark()?"Light":"Dark";theme.setAttribute("aria-label","Switch to "+(isDark()?"light":"dark")+" colours")}
        theme.hidden=false;name();system.addEventListener("change",name);
        theme.addEventListener("click",function(){root.setAttribute("data-theme",isDark()?"light":"dark");name()});
        /* links open the details they point at */
        function reveal(){var e=location.hash.length>1&&doc.getElementById(decodeURIComponent(location.hash.slice(1)));
          if(e&&e.tagName==="DETAILS"){e.open=true;e.scrollIntoView({block:"center"});var s=e.querySelector("summary");if(s)s.focus({preventScroll:true})}}
        addEventListener("hashchange",reveal);reveal();
        all('a[href^="#"]').forEach(function(a){a.addEventListener("click",function(){setTimeout(reveal,0)})});
        /* table sort */
        all("table.sortable").forEach(function(table){
          all("thead th",table).forEach(function(th,i){
            var b=make("button","",th.textContent);b.type="button";th.textContent="";th.appendChild(b);
            b.addEventListener("click",function(){
              var number=th.className==="n",up=th.getAttribute("aria-sort")==="descending"||(!number&&!th.hasAttribute("aria-sort"));
              all("th",table).forEach(function(o){o.removeAttribute("aria-sort")});
              th.setAttribute("aria-sort",up?"ascending":"descending");
              var body=table.tBodies[0],rows=all("tr",body);
              function key(r){var c=r.cells[i],v=c.getAttribute("data-v");return v!==null?+v:c.textContent}
              rows.map(function(r,k){return{r:r,v:key(r),k:k}}).sort(function(a,b){
                var d=typeof a.v==="number"&&typeof b.v==="number"?a.v-b.v:String(a.v).localeCompare(String(b.v));
                return(up?d:-d)||a.k-b.k}).forEach(function(x){body.appendChild(x.r)});
            });
          });
        });
        /* series toggles */
        all(".legend button").forEach(function(b){
          b.addEventListener("click",function(){
            var on=b.getAttribute("aria-pressed")!=="true";b.setAttribute("aria-pressed",on);
            all(".k"+b.getAttribute("data-k"),b.closest("figure")).forEach(function(e){e.style.display=on?"":"none"});
          });
        });
        /* crosshair */
        function instant(s){function two(n){return(n<10?"0":"")+n}var d=Math.floor(s/86400);return"day "+d+" "+two(Math.floor(s/3600)%24)+":"+two(Math.floor(s/60)%60)}
        function nearest(t,s){var a=0,b=t.length-1;while(a<b){var m=(a+b)>>1;if(t[m]<s)a=m+1;else b=m}return a>0&&s-t[a-1]<t[a]-s?a-1:a}
        function show(v){var a=Math.abs(v);return a>=100?Math.round(v).toLocaleString("en-US"):a>=10?v.toFixed(1):a===Math.round(a)?String(v):v.toFixed(2)}
        all("figure.chart").forEach(function(fig){
          var src=fig.querySelector("script.data");if(!src)return;
          var data=JSON.parse(src.textContent),tip=make("div","tip"),now=null;tip.hidden=true;fig.appendChild(tip);
          all("svg.plot",fig).forEach(function(svg){
            var hit=svg.querySelector(".hit");if(!hit)return;
            var x0=+hit.getAttribute("x"),w=+hit.getAttribute("width"),h=+hit.getAttribute("height"),
                t0=+hit.getAttribute("data-t0"),t1=+hit.getAttribute("data-t1"),
                line=doc.createElementNS(svg.namespaceURI,"line");
            line.setAttribute("class","cross");line.setAttribute("y1",0);line.setAttribute("y2",h);line.style.display="none";
            svg.insertBefore(line,hit);svg.setAttribute("tabindex","0");
            function at(s){
              now=Math.max(t0,Math.min(t1,s));var x=x0+(now-t0)/(t1-t0)*w;
              line.setAttribute("x1",x);line.setAttribute("x2",x);line.style.display="";
              tip.textContent="";tip.appendChild(make("div","",instant(now)));
              var last="";
              data.p.forEach(function(p){
                var rows=p.s.filter(function(s){return data.t[s[2]].length}).map(function(s){return[s[0],s[1],s[3][nearest(data.t[s[2]],now)]]});
                if(rows.length>2)rows=rows.filter(function(r){return r[2]>0});
                if(!rows.length)return;
                if(p.n!==last)tip.appendChild(make("b","",p.n+" ("+p.u+")"));last=p.n;
                var table=make("table");
                rows.forEach(function(r){var tr=make("tr"),td=make("td");td.appendChild(make("i","swatch "+r[1]));
                  td.appendChild(doc.createTextNode(r[0]));tr.appendChild(td);tr.appendChild(make("td","n",show(r[2])));table.appendChild(tr)});
                tip.appendChild(table);
              });
              tip.hidden=false;
              var box=svg.getBoundingClientRect(),f=fig.getBoundingClientRect(),px=box.left-f.left+x/svg.viewBox.baseVal.width*box.width;
              tip.style.left=Math.max(0,px+16+tip.offsetWidth>f.width?px-16-tip.offsetWidth:px+16)+"px";
            }
            function place(y){var f=fig.getBoundingClientRect();tip.style.top=Math.max(0,Math.min(y-f.top-40,f.height-tip.offsetHeight))+"px"}
            function hide(){tip.hidden=true;line.style.display="none"}
            hit.addEventListener("pointermove",function(e){
              var box=hit.getBoundingClientRect();at(t0+(e.clientX-box.left)/box.width*(t1-t0));place(e.clientY)});
            hit.addEventListener("pointerleave",hide);svg.addEventListener("blur",hide);
            svg.addEventListener("keydown",function(e){
              var d=e.key==="ArrowRight"?1:e.key==="ArrowLeft"?-1:0;
              if(e.key==="Escape")return hide();
              if(!d)return;e.preventDefault();at((now===null?t0:now)+d*(t1-t0)/(e.shiftKey?20:200));place(svg.getBoundingClientRect().top+80)});
          });
        });
        })();
        """#
}
