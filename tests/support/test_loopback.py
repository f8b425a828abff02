from __future__ import annotations

import pytest

from tests.support.loopback import read_targets


def test_only_loopback_stands_in_for_a_site() -> None:
    targets = {"www.guancha.cn": "127.0.0.1:8000", "*": "[::1]:8001"}
    assert read_targets('{"www.guancha.cn": "127.0.0.1:8000", "*": "[::1]:8001"}') == targets
    for bad in ("[]", "{", '{"a": "10.0.0.1:80"}', '{"a": "127.0.0.1"}', '{"a": "localhost:80"}'):
        with pytest.raises(ValueError, match=r".+"):
            read_targets(bad)
