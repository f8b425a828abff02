"""`[articles]` and `[other_pages]` of a TOML site: which article a URL is, or why it is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from string import Formatter
from urllib.parse import parse_qs

from attrs import define, field

from crawler.toml_sites.mistakes import Mistake
from crawler.toml_sites.patterns import Pattern, pattern_of
from crawler.toml_sites.values import made
from crawler.urls import ArticleKind, ArticleUrl, Identity, NotAnArticleUrl
from crawler.urls.parts import NO_LINK, WebAddress, is_in_domain, web_address

GIVEN = ("host", "label")
"""Names that each template may use besides the pattern's groups."""
_REASON = re.compile(r"[a-z][a-z0-9_]{1,39}")
_MOST_PARAMETERS = 50


@define(frozen=True, kw_only=True)
class Articles:
    """A form of address under which articles stand: what is written in `[articles]`.

    pattern: fits the whole path of an article's address, whether of its first page or of a later
    one; its groups are the names in the templates below. Groups with a meaning: `key`, `section`,
    and `page`, the number of a later page. query: parameters that have to be there, each with a
    pattern. hosts: "www.example.com" or "*.example.com"; by default all of the site's domains.
    key: unique within the site. address: of the first page, without all that is not needed.
    later: of page `{page}` of an article that stands on several. whole: where all of it stands on
    one page. first_page: the number that stands for the first page, where `page` counts from it.
    """

    pattern: str
    address: str
    hosts: tuple[str, ...] = ()
    query: Mapping[str, str] = field(factory=dict)
    key: str = "{key}"
    section: str = ""
    later: str = ""
    whole: str = ""
    first_page: int = 1
    kind: ArticleKind = "article"


@define(frozen=True, kw_only=True)
class _Form:
    """The same, checked and compiled."""

    said: Articles
    path: Pattern
    query: Mapping[str, Pattern]

    def groups_in(self, address: WebAddress, host: str, label: str) -> dict[str, str] | None:
        """Returns the names for the templates; None for an address of another form."""
        if self.said.hosts and not any(_is_host(host, each) for each in self.said.hosts):
            return None
        groups = self.path.whole(address.path)
        if groups is None:
            return None
        if self.query:
            given = _parameters(address.query)
            for name, pattern in self.query.items():
                found = pattern.whole(given.get(name, ""))
                if found is None:
                    return None
                groups |= found
        return {**groups, "host": host, "label": label}


@define(frozen=True, kw_only=True)
class Addresses:
    """The rules of a site. other_pages: reason -> patterns of what is never an article."""

    site: str
    domains: tuple[str, ...]
    forms: Sequence[_Form]
    other_pages: Mapping[str, Sequence[Pattern]]

    def identify(self, url: str) -> Identity:
        """The article that `url` names, or the reason why it names none. Never raises."""
        if NO_LINK.match(url.strip()):
            return NotAnArticleUrl(url=url, reason="no_link")
        address = web_address(url)
        if address is None:
            return NotAnArticleUrl(url=url, reason="bad_url")
        host, _, port = address.host.partition(":")
        domain = next((each for each in self.domains if is_in_domain(host, each)), None)
        if domain is None:
            return NotAnArticleUrl(url=url, reason="other_site")
        if port:  # a server beside the site's own
            return NotAnArticleUrl(url=url, reason="bad_url")
        reason = self._reason(address, host)
        if reason is not None:
            return NotAnArticleUrl(url=url, reason=reason)
        label = host.removesuffix(domain).rstrip(".")
        for form in self.forms:
            groups = form.groups_in(address, host, label)
            if groups is not None:
                return self._article(form.said, groups)
        return NotAnArticleUrl(url=url, reason=_why_not(address))

    def last_page(self, urls: Iterable[str], article: ArticleUrl) -> int:
        """Returns the highest number of a page of an article among these addresses, else 1."""
        found = map(self.identify, urls)
        same = (each for each in found if isinstance(each, ArticleUrl) and each.key == article.key)
        return max((each.page for each in same), default=1)

    def pages_after(self, article: ArticleUrl, last: int) -> tuple[str, ...]:
        """Returns the addresses of an article's pages from the second on; none without `later`."""
        address = web_address(article.url)
        if address is None:
            return ()
        host = address.host
        domain = next((each for each in self.domains if is_in_domain(host, each)), host)
        label = host.removesuffix(domain).rstrip(".")
        for form in self.forms:
            groups = form.groups_in(address, host, label)
            if groups is not None and form.said.later:
                shift = form.said.first_page - 1
                return tuple(
                    form.said.later.format_map({**groups, "page": str(page + shift)})
                    for page in range(2, last + 1)
                )
        return ()

    def _reason(self, address: WebAddress, host: str) -> str | None:
        if not self.other_pages:
            return None
        text = f"{host}{address.path}" + (f"?{address.query}" if address.query else "")
        for reason, patterns in self.other_pages.items():
            if any(pattern.part(text) for pattern in patterns):
                return reason
        return None

    def _article(self, form: Articles, groups: Mapping[str, str]) -> ArticleUrl:
        page = groups.get("page", "")
        number = int(page) - form.first_page + 1 if page.isdigit() else 1
        section = form.section.format_map(groups) if form.section else groups.get("section", "")
        return ArticleUrl(
            site=self.site,
            key=form.key.format_map(groups),
            url=form.address.format_map(groups),
            kind=form.kind,
            section=section.strip("/") or None,
            page=max(1, number),
            whole_url=form.whole.format_map(groups) if form.whole else None,
        )


def read_addresses(
    site: str, domains: tuple[str, ...], articles: object, other_pages: object
) -> Addresses:
    """Reads both tables; `[[articles]]` may stand several times. Raises: Mistake."""
    tables = articles if isinstance(articles, list) else [articles]
    places = [f"articles.{number}" for number in range(len(tables))]
    if not isinstance(articles, list):
        places = ["articles"]
    return Addresses(
        site=site,
        domains=domains,
        forms=[_form(table, place, domains) for table, place in zip(tables, places, strict=True)],
        other_pages=_reasons(other_pages),
    )


def _form(table: object, key: str, domains: Sequence[str]) -> _Form:
    said = made(Articles, table, key)
    path = pattern_of(said.pattern, f"{key}.pattern")
    query = {name: pattern_of(text, f"{key}.query.{name}") for name, text in said.query.items()}
    groups = {*GIVEN, *path.groups, *(name for each in query.values() for name in each.groups)}
    if said.key == "{key}" and "key" not in groups:
        raise Mistake(f"{key}.pattern", "needs a group (?P<key>...), what is unique of an article")
    for name in ("address", "key", "section", "whole", "later"):
        known = groups | {"page"} if name == "later" else groups
        _check_template(getattr(said, name), f"{key}.{name}", known)
    for name in ("address", "later", "whole"):
        template = getattr(said, name)
        if template and not template.startswith(("https://", "http://")):
            raise Mistake(f"{key}.{name}", 'must begin with "https://" or "http://"')
    for host in said.hosts:
        if not any(is_in_domain(host.removeprefix("*."), domain) for domain in domains):
            raise Mistake(
                f"{key}.hosts", f"{host!r} is in none of the domains {', '.join(domains)}"
            )
    return _Form(said=said, path=path, query=query)


def _check_template(template: str, key: str, known: set[str]) -> None:
    try:
        names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise Mistake(key, f"is no template ({error}): write {{key}} for a group") from error
    for name in names:
        if name not in known:
            raise Mistake(key, f"there is no group {name!r}; there are {', '.join(sorted(known))}")


def _reasons(table: object) -> dict[str, list[Pattern]]:
    if not isinstance(table, dict):
        raise Mistake("other_pages", "must be a table of reasons, each with patterns")
    found: dict[str, list[Pattern]] = {}
    for reason, value in table.items():
        key = f"other_pages.{reason}"
        if not _REASON.fullmatch(reason):
            raise Mistake(key, "a reason is a word in small letters, such as video or topic_page")
        texts = value if isinstance(value, list) else [value]
        found[reason] = [pattern_of(text, key) for text in texts]
    return found


def _is_host(host: str, written: str) -> bool:
    if written.startswith("*."):
        return is_in_domain(host, written[2:])
    return host == written


def _parameters(query: str) -> dict[str, str]:
    if query.count("&") >= _MOST_PARAMETERS:
        return {}
    return {name: values[0] for name, values in parse_qs(query).items()}


def _why_not(address: WebAddress) -> str:
    if address.path.strip("/").lower() in {"", "index.html", "index.htm", "index.shtml"}:
        return "home"
    return "list" if address.path.endswith("/") else "other_page"
