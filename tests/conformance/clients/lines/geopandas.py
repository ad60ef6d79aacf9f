import geopandas as gpd
import pandas as pd

table = pd.read_csv("{{ answer('csv') }}", dtype=str, keep_default_na=False)
places = gpd.points_from_xy(table["long"].astype(float), table["lat"].astype(float))
print(gpd.GeoDataFrame(table, geometry=places, crs="EPSG:4326").to_json())
