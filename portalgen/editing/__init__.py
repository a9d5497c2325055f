"""Change content on its author's behalf: new records, changed fields, whole folders; each change as small as it can be."""
