use sparesults::{QueryResultsFormat, QueryResultsParser, QueryResultsSerializer, ReaderQueryResultsParserOutput};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let query = r#"
{{ query }}
"#;
    let mut answer = ureq::post("{{ endpoint }}")
        .header("Accept", "application/sparql-results+xml")
        .send_form([("query", query)])?;
    let parser = QueryResultsParser::from_format(QueryResultsFormat::Xml);
    if let ReaderQueryResultsParserOutput::Solutions(rows) =
        parser.for_reader(answer.body_mut().as_reader())?
    {
        let mut written = QueryResultsSerializer::from_format(QueryResultsFormat::Json)
            .serialize_solutions_to_writer(std::io::stdout(), rows.variables().to_vec())?;
        for row in rows {
            written.serialize(&row?)?;
        }
        written.finish()?;
    }
    Ok(())
}
