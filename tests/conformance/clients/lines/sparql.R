library(SPARQL)

# Codes such as 01100 stay text; a cell without a value is empty.
found <- SPARQL("{{ endpoint }}", r"---(
{{ query }}
)---", format = "csv", extra = list(format = "csv"), curl_args = list(.encoding = "UTF-8"),
  parser_args = list(colClasses = "character", na.strings = character(0), check.names = FALSE))
write.csv(found$results, row.names = FALSE)
