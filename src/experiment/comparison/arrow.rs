//! Tables as Arrow IPC files (the format of `*.arrow`, also called Feather V2), which pandas,
//! polars, R and DuckDB read as they are. Each column carries its meaning as metadata.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema};

use super::tables::{Column, Table, Values};

/// The table as the bytes of an Arrow file.
///
/// # Errors
/// Where the table is none: columns of different lengths.
pub fn bytes(table: &Table) -> Result<Vec<u8>, ArrowError> {
    let fields: Vec<Field> = table.columns.iter().map(field).collect();
    let about = HashMap::from([("about".to_owned(), table.about.to_owned())]);
    let schema = Arc::new(Schema::new(fields).with_metadata(about));
    let columns = table.columns.iter().map(|column| array(&column.values)).collect();
    let batch = RecordBatch::try_new(schema.clone(), columns)?;
    let mut writer = FileWriter::try_new(Vec::new(), &schema)?;
    writer.write(&batch)?;
    writer.finish()?;
    writer.into_inner()
}

fn field(column: &Column) -> Field {
    let (of_type, may_miss) = match column.values {
        Values::Texts(_) => (DataType::Utf8, false),
        Values::Wholes(_) => (DataType::UInt64, false),
        Values::Reals(_) => (DataType::Float64, true),
    };
    let about = HashMap::from([("about".to_owned(), column.about.clone())]);
    Field::new(column.name.as_str(), of_type, may_miss).with_metadata(about)
}

fn array(values: &Values) -> ArrayRef {
    match values {
        Values::Texts(values) => Arc::new(StringArray::from_iter_values(values)),
        Values::Wholes(values) => Arc::new(UInt64Array::from(values.clone())),
        Values::Reals(values) => Arc::new(Float64Array::from(values.clone())),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use arrow_ipc::reader::FileReader;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let column = |name: &str, values| Column { name: name.into(), about: "it".into(), values };
        let table = Table {
            name: "t",
            about: "A row.",
            columns: vec![
                column("agent", Values::Texts(vec!["Q(λ)".into(), "SARSA".into()])),
                column("seed", Values::Wholes(vec![u64::MAX, 0])),
                column("worth", Values::Reals(vec![None, Some(-0.1)])),
            ],
        };
        let bytes = bytes(&table).unwrap();
        assert_eq!(bytes, super::bytes(&table).unwrap(), "byte for byte");
        let mut reader = FileReader::try_new(Cursor::new(bytes), None).unwrap();
        assert_eq!(reader.schema().field(2).metadata()["about"], "it");
        let batch = reader.next().unwrap().unwrap();
        assert_eq!(batch.column(0).as_string::<i32>().value(0), "Q(λ)");
        let seeds = batch.column(1).as_primitive::<arrow_array::types::UInt64Type>();
        assert_eq!(seeds.value(0), u64::MAX);
        let worth = batch.column(2).as_primitive::<arrow_array::types::Float64Type>();
        assert!(worth.is_null(0) && worth.value(1) == -0.1);
    }
}
