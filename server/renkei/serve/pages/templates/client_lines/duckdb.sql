-- Codes such as 01100 stay text.
SELECT * FROM read_csv('{{ answer("csv") }}', all_varchar = true, header = true);
