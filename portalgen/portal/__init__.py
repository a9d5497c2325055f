"""Facts → what the client may see (`visible`, `publish`) → what is reckoned of that (`derive`) → pages (`pages`)."""
