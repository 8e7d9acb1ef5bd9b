// Counts visits of the page that carries it:
//   <script defer data-domain="example.org" src="https://stats.example.org/js/script.js"></script>
// data-hash: the fragment is part of the page. data-api: another address for events. data-manual: no page views by itself.
// Sets no cookie and stores nothing. `localStorage.vitrine_ignore = 'true'` leaves this browser out.
//
// It is served without comments and indentation, in at most 1 KB of brotli; names are short for that. Of the page:
// u address, p path, s engaged ms, t since when it is engaged, m deepest scroll in percent, o what was told of it;
// w waits to be seen for the first time.
{
  let d = document, l = location, c = d.currentScript, a = c.dataset, h = 'hash' in a, w = 1, u, p, s, t, m, o, q = window.vitrine

  let on = (names, f, e = window) => names.split(' ').map(n => e.addEventListener(n, f))

  let path = () => l.pathname + (h ? l.hash : '')

  let send = (n, more, done) => {
    try { if (localStorage.vitrine_ignore == 'true') return done?.() } catch {}
    fetch(a.api || new URL('/api/event', c.src), {
      method: 'POST', keepalive: true, credentials: 'omit',
      body: JSON.stringify({ n, d: a.domain || l.hostname, u: l.href, r: d.referrer, h: +h, ...more })
    }).then(r => done?.(r), error => done?.({ error }))
  }

  // The deepest position so far.
  let scroll = () => m = Math.max(m, Math.min(100, Math.round(100 * (scrollY + innerHeight) / d.documentElement.scrollHeight)))

  // Time counts while the page is seen and has the focus. When it stops, what is new is told.
  let engage = left => {
    let n = Date.now()
    s += t && n - t
    t = left == 1 || d.hidden || !d.hasFocus() ? 0 : n
    if (!t && u && (s > 2999 || m > o)) {
      send('engagement', { u, e: s, sd: o = m })
      s = 0
    }
  }

  let view = () => {
    if (w && d.hidden) return
    w = s = t = m = o = 0
    u = l.href
    p = path()
    send('pageview')
    scroll()
    engage()
  }

  let moved = () => {
    if (path() != p) {
      engage(1)
      view()
    }
  }

  let click = e => {
    let k = e.target.closest?.('a[href]')
    if (!k || e.button > 1) return
    if (/\.(pdf|xlsx?|docx?|pptx?|txt|csv|exe|msi|dmg|pkg|deb|rpm|apk|iso|7z|rar|t?gz|zip|avi|mov|mp[34]|mpeg|wav)$/i.test(k.pathname)) send('File Download', { p: { url: k.origin + k.pathname } })
    else if (k.host != l.host && /^http/.test(k.protocol)) send('Outbound Link: Click', { p: { url: k.href } })
  }

  let track = (n, { url, props, revenue, interactive, callback } = {}) =>
    send(n, { u: url || l.href, p: props, $: revenue, i: interactive }, callback)

  if (!('manual' in a)) {
    for (let n of ['pushState', 'replaceState']) {
      let f = history[n]
      history[n] = function () {
        f.apply(this, arguments)
        moved()
      }
    }
    on('popstate hashchange', moved)
    on('pageshow', e => e.persisted && view())
    on('visibilitychange', () => w && view(), d)
    view()
    if (performance.getEntriesByType('navigation')[0]?.responseStatus == 404) send('404', { i: false })
  }
  on('visibilitychange', engage, d)
  on('focus blur', engage)
  on('pagehide', () => engage(1))
  on('scroll', scroll)
  on('click auxclick', click)
  for (let call of q?.q || []) track(...call)
  window.vitrine = track
}
