"""Scripts that run inside pages. `ready` and `more` are the CSS selectors of a `Rendering`."""

from __future__ import annotations

# What LOOK says of a list: how many entries it shows, the first, the last.
_FUNCTIONS = """
  const all = document.querySelectorAll(ready);
  const works = (button) => button !== null && !button.disabled &&
    button.getAttribute('aria-disabled') !== 'true' && button.getClientRects().length > 0;
  const has_more = () => all.length > 0 &&
    (more === null || works(document.querySelector(more)));
"""
LOOK = (
    "([ready, more]) => {"
    + _FUNCTIONS
    + """
  const told = (each) => each ? each.textContent.slice(0, 200) +
    ((each.matches('a') ? each : each.querySelector('a')) || {}).href : '';
  const shown = `${all.length}|${told(all[0])}|${told(all[all.length - 1])}`;
  return {shown: shown, more: has_more()};
}"""
)
MORE = """([ready, more]) => {
  if (more !== null) { document.querySelector(more).click(); return; }
  const all = document.querySelectorAll(ready);
  if (all.length) all[all.length - 1].scrollIntoView({block: 'end'});
  window.scrollTo(0, document.documentElement.scrollHeight);
}"""
# A page that stays scrolled to its end goes on growing by itself.
BACK = "() => window.scrollTo(0, 0)"
SOURCE = (
    "([ready, more, most]) => {"
    + _FUNCTIONS
    + """
  const html = document.documentElement ? document.documentElement.outerHTML : '';
  const source = html.length > most ? null : '<!DOCTYPE html>' + html;
  return {source: source, there: all.length > 0, more: has_more()};
}"""
)

# Workers keep theirs; they reach no more than the proxy lets through.
NO_SIDE_DOORS = """for (const name of ['WebSocket', 'EventSource', 'RTCPeerConnection',
  'webkitRTCPeerConnection', 'WebTransport', 'Notification']) delete window[name];"""
