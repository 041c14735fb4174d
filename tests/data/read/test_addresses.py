"""The address of a database: what is known of it goes through, all else is refused and named."""

import pytest

from kamlib.data.read.addresses import database_address, filled_in
from kamlib.errors import DataError


def test_an_address_is_taken_apart():
    address = database_address("postgres://kam:${PW}@db.example:6432/sales?sslmode=require")
    assert (address.kind, address.host, address.port) == ("postgresql", "db.example", 6432)
    assert (address.database, address.user, address.password) == ("sales", "kam", "${PW}")
    assert address.options == (("sslmode", "require"),) and address.variables == ("PW",)
    assert address.place == "postgresql://db.example:6432/sales"


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("duckdb://sales.duckdb", "sales.duckdb"),
        ("duckdb:///mnt/my sales#1.duckdb", "/mnt/my sales#1.duckdb"),
        ("sqlite://C:/data/sales.sqlite", "C:/data/sales.sqlite"),
        ("sqlite:///C:/data/sales.sqlite", "C:/data/sales.sqlite"),
    ],
)
def test_a_database_that_is_a_file_has_a_path(url, file):
    assert database_address(url).file == file


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://u:p@host/db", "mysql is no database that can be read; expected postgresql://"),
        ("https://host/sales.csv", "https is no database"),
        ("file:///etc/passwd", "file is no database"),
        ("duckdb://s.duckdb?allow_unsigned_extensions=true", "takes no options"),
        ("sqlite://s.sqlite?mode=rwc", "takes no options"),
        ("duckdb://", "names no file"),
        ("duckdb://${HOME}/s.duckdb", "fills in the user or the password.*not its path"),
        ("postgresql://u:${PW}@${HOST}/db", "not the host"),
        ("postgresql://u:${PW}@x.${SECRET}.example/db", "not the host"),
        ("postgresql://u@host/${SECRET}", "not the database"),
        ("postgresql://u@host/db?application_name=${SECRET}", "not a key"),
        ("postgresql://u@host/db#${SECRET}", "not what follows #"),
        ("postgresql://u@host/db?sslmod=require", '"sslmod"; did you mean "sslmode"'),
        ("postgresql://u@host/db?options=-csearch_path%3Dx", 'does not know the key "options"'),
        ("postgresql://u@host/db?sslkey=/home/me/key", 'does not know the key "sslkey"'),
        ("postgresql://u@host/db?service=other", 'does not know the key "service"'),
        ("postgresql://u@host/db?host=other", 'does not know the key "host"'),
        ("postgresql://u@host/db?sslmode=require&sslmode=disable", "says a key twice"),
        ("postgresql://u@host,other/db", "is no address"),
        ("postgresql://u@%2Fvar%2Frun/db", "is no address of one database"),
        ("postgresql://u@host:port/db", "is no address"),
        ("postgresql://u@host", "is no address of one database"),
        ("postgresql://host/db", "says no user"),
    ],
)
def test_what_is_not_known_is_refused(url, told):
    with pytest.raises(DataError, match=told):
        database_address(url)


def test_no_message_has_a_password_in_it():
    urls = ("nosuch://me:hid:den@host/db", "postgresql://me:hidden@host/db?x=hidden",
            "postgresql://me:hidden2/x@host/db", "postgresql://me:hidden#x@host/db",
            "postgresql://me:a?hidden@host/db")  # fmt: skip
    for url in urls:
        with pytest.raises(DataError) as refused:
            database_address(url)
        assert "host/db" in str(refused.value) and "hid" not in str(refused.value)


def test_variables_give_their_text_as_it_is(monkeypatch):
    monkeypatch.setenv("KAM_TEST_PASSWORD", "a@b/c %41 ${HOME}")
    assert filled_in("${KAM_TEST_PASSWORD}", "x") == "a@b/c %41 ${HOME}"
    assert filled_in("p%40ss%24%7BHOME%7D", "x") == "p@ss${HOME}"
    monkeypatch.delenv("KAM_TEST_PASSWORD")
    with pytest.raises(DataError, match="x: environment variable KAM_TEST_PASSWORD is not set"):
        filled_in("${KAM_TEST_PASSWORD}", "x")
