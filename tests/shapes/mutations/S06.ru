# S06: the area is said to replace the union
# reports: S06

PREFIX dct: <http://purl.org/dc/terms/>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>

INSERT DATA { unn:sapporo-wide-area-union dct:isReplacedBy prt:sapporo }
