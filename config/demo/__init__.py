"""An invented territory: what the demo shows. Nobody here exists, and no company either."""
