"""Column types that mean the same on SQLite and PostgreSQL.

Rows are read and written as plain values (`store.database`), so these types only say how a column is declared.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, Integer, LargeBinary, Text
from sqlalchemy.dialects import postgresql

#: 64-bit keys; SQLite wants INTEGER PRIMARY KEY to the letter for a row id.
Key = BigInteger().with_variant(Integer(), "sqlite")
#: RFC 3339 text in UTC at a fixed width on SQLite (text order is time order), timestamptz on PostgreSQL.
Moment = Text().with_variant(postgresql.TIMESTAMP(timezone=True), "postgresql")
#: A date without a time: ISO text on SQLite.
Day = Text().with_variant(Date(), "postgresql")
#: JSON, as text on SQLite.
Json = Text().with_variant(postgresql.JSONB(), "postgresql")
#: Money in minor units (kopecks, cents).
Money = BigInteger()
#: Text that sorts by code point on both databases.
Plain = Text().with_variant(Text(collation="C"), "postgresql")
#: A file, whole.
Bytes = LargeBinary()
