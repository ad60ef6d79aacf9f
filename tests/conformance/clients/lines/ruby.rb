require 'csv'
require 'open-uri'

table = CSV.parse(URI.open('{{ answer("csv") }}', 'r:UTF-8').read, headers: true)
puts table.to_csv
