// Gives the frames of shared dashboards the height of what they show:
//   <iframe data-vitrine src="https://stats.example.org/share/example.org?auth=…&embed=true"></iframe>
//   <script async src="https://stats.example.org/js/embed.js"></script>
// Believes one kind of message, from the window and the origin of such a frame, and acts on it once a frame painted,
// however many come. Stores nothing and calls nobody.
{
  let frames = () => [...document.querySelectorAll('iframe[data-vitrine]')]
  let heights = new Map
  let waiting

  let apply = () => {
    waiting = 0
    for (let [frame, height] of heights) {
      frame.style.height = height + 'px'
      // A frame is only see-through where its page and the element agree on light or dark.
      frame.style.colorScheme = /[?&]theme=(light|dark)/.exec(frame.src)?.[1] || 'light dark'
    }
    heights.clear()
  }

  addEventListener('message', e => {
    let { type, height } = e.data || {}
    if (type !== 'vitrine:height' || typeof height != 'number' || !(height >= 1 && height <= 30000)) return
    let frame = frames().find(f => f.contentWindow == e.source && f.src.startsWith(e.origin + '/'))
    if (!frame) return
    heights.set(frame, Math.ceil(height))
    waiting ||= requestAnimationFrame(apply)
  })

  // Frames that spoke before this script was here are asked again. The question is no secret.
  for (let frame of frames()) frame.contentWindow.postMessage({ type: 'vitrine:height?' }, '*')
}
