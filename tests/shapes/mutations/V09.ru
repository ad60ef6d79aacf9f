# V09: Sapporo consults itself: twelve instead of eleven
# reports: V09

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>

INSERT DATA { vis:sapporo-2 ccua:consultedWith muni:hokkaido-sapporo }
