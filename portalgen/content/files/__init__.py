"""Files that records name → what is published of them, less what tells of their makers: `attachments` is the way in."""
