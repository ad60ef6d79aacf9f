import pandas as pd
from reconciler import reconcile

names = pd.Series(["小樽市", "江別市", "当別町"])
found = reconcile(names, reconciliation_endpoint="{{ base }}reconcile", top_res=1)
print(found[["input_value", "id"]].to_csv(index=False), end="")
