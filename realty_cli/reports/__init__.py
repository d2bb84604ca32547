"""Documents as plain data, and what draws them: text, html, pdf, xlsx, csv, md. Knows no feature and no store."""
