"""The one guarded HTTP client for addresses that people give: links, webhooks, calendars. See `client.py`."""
