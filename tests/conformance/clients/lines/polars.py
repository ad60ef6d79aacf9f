import polars as pl

table = pl.read_csv("{{ answer('csv') }}", infer_schema=False)
print(table.write_csv(), end="")
