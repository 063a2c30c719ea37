"""A server that speaks S3, and a bucket of it as the storage of audio."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from django.conf import LazySettings

BUCKET = "recordings"


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 -- slow to import, and few tests need it

    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture
def bucket(s3_server: str, settings: LazySettings, db: None) -> Iterator[object]:
    """An empty bucket, which the vault uses."""
    import boto3  # noqa: PLC0415 -- as above

    httpx.post(f"{s3_server}/moto-api/reset")
    options = {
        **settings.STORAGES["audio"].get("S3", {}),
        "bucket_name": BUCKET,
        "location": "audio",
        "endpoint_url": s3_server,
        "region_name": "us-east-1",
        "access_key": "key",
        "secret_key": "secret",
        "addressing_style": "path",
        "signature_version": "s3v4",
        "file_overwrite": True,
        "querystring_auth": True,
        "default_acl": None,
    }
    settings.STORAGES = {**settings.STORAGES, "audio": {"BACKEND": "consent.s3.AudioS3Storage", "OPTIONS": options}}
    service = boto3.resource(
        "s3", endpoint_url=s3_server, region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret"
    )
    bucket = service.Bucket(BUCKET)
    bucket.create()
    yield bucket
    service.meta.client.close()
