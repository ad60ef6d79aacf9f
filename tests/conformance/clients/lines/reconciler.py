import pandas as pd
from reconciler import reconcile

names = pd.Series(["小樽市", "江別市", "当別町"], name="name")
found = reconcile(names, reconciliation_endpoint="{{ base }}reconcile", top_res=1)
print(pd.DataFrame({"name": found["input_value"], "id": found["id"]}).to_csv(index=False), end="")
