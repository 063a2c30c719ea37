from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reflector_site.doctor import examine


class Command(BaseCommand):
    help = "Check settings, database, Redis, storage, engines, disk, clock and workers, and say what to do about each."
    requires_system_checks = ()  # they would end it before it has said anything; it looks at them itself

    def handle(self, *args: Any, **options: Any) -> None:
        bad = 0
        for finding in examine():
            bad += not finding.ok
            mark = self.style.SUCCESS("ok  ") if finding.ok else self.style.ERROR("BAD ")
            self.stdout.write(f"{mark} {finding.what}")
            if finding.advice:
                self.stdout.write(f"     → {finding.advice}")
        if bad:
            raise CommandError(f"{bad} thing{'s' * (bad > 1)} to repair.")
        self.stdout.write("All is well.")
