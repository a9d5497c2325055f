"""Change content on its author's behalf: new records, changed fields, whole folders; never more than was asked for."""
