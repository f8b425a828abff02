"""The console: the nights, jobs, articles and topics in a browser.

It shows what `newsdesk/answers/` says, as the command line does, and asks MongoDB nothing itself.

A page is four things, found by their names, registered nowhere:

1. `pages/NAME.py` with a `router` (a folder for several). A plain `def` function for each address;
   it runs in a thread and may block. It takes `visit: Here` and bounded parameters (those of
   `parameters.py`, `Annotated[str, Form(max_length=300)]`), asks `newsdesk.answers` with
   `visit.settings`, and returns `visit.page("NAME.html", found=...)`. Asked by htmx
   (`visit.is_fragment`) it returns the part that changes. A change is a POST from a form of
   `macros/forms.html` and ends in `visit.redirect(path, "NAME.what_happened", {...})`. Errors of
   the house need no care: `errors.py` makes pages of them; add a new class there.
2. `templates/NAME.html`, which extends `base.html` and uses `macros/parts.html` (badges, empty
   states, paging, figures), `macros/forms.html` and what `rendering.py` gives all templates:
   `t`, `at`, `ago`, `strip`, `sparkline`, `histogram`, `|number`, `|size`, `|span`, `|query`.
   Curves to zoom into are in `macros/charts.html`. A table with the class `cards`, and a
   `data-label` on each `td`, becomes cards on a phone. A field that a document lacks is none.
   A part that lives asks for itself anew (`pulse` and `CHANGED` in `macros/parts.html`).
   Nothing inline: no style, no script, no handler, no `hx-on`, `js:` or filter of `hx-trigger`.
   Styles of one page alone go to `static/NAME.css`, by the block `styles`.
3. `catalogue/NAME.toml` with every word, in Chinese and English: `t("NAME.key")`.
4. `tests/newsdesk/web/pages/test_NAME.py`, with the fixtures `console`, `seeded` and `look` of
   `tests/newsdesk/web/conftest.py`.

Its place in the navigation stands in `navigation.py` already; it shows once there is the page.
"""
