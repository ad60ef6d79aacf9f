# Codes such as 01100 stay text; a cell without a value is empty.
table <- read.csv("{{ answer('csv') }}",
  colClasses = "character", na.strings = character(0), check.names = FALSE,
  fileEncoding = "UTF-8"
)
write.csv(table, row.names = FALSE)
