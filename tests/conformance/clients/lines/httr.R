library(httr)
library(jsonlite)

answer <- POST("{{ endpoint }}", accept("application/sparql-results+json"), encode = "form",
  body = list(query = r"---(
{{ query }}
)---"))
stop_for_status(answer)
found <- fromJSON(content(answer, "text", encoding = "UTF-8"), simplifyVector = FALSE)
rows <- lapply(found$results$bindings, function(row) lapply(row, function(term) term$value))
cat(toJSON(rows, auto_unbox = TRUE, pretty = TRUE))
