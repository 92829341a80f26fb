"""The demo credentials of our integration with VOSS. They are invented."""

CLIENT_ID = "bokabridge-demo"
CLIENT_SECRET = "demo-secret-of-the-voss-simulator"
