"""The product on one machine without any server installed: set-up, servers from wheels, demo, tests."""
