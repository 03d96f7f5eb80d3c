//! Holds the two schemas together: the same tables, columns, keys, references and indexes in both databases.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{PgPool, SqlitePool};

use super::Db;
use super::testing::databases;

/// A table as far as both databases can say it alike.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// Name, kind of type and whether it may be null, in order.
    columns: Vec<(String, &'static str, bool)>,
    /// The columns of each primary key and uniqueness rule.
    unique: BTreeSet<Vec<String>>,
    /// The columns of each further index, by its name.
    indexes: BTreeMap<String, Vec<String>>,
    /// Column, table and column that it refers to, and what a deletion does.
    references: BTreeSet<(String, String, String, String)>,
}

type Schema = BTreeMap<String, Table>;

/// The kind that both databases' types stand for. SQLite has no times and no UUIDs of its own.
fn kind(of: &str) -> &'static str {
    match of {
        "INTEGER" | "bigint" => "number",
        "BOOLEAN" | "boolean" => "truth",
        "TEXT" | "text" | "timestamp with time zone" => "text or time",
        "BLOB" | "uuid" | "bytea" => "bytes",
        other => panic!("{other} is no type that both databases know"),
    }
}

async fn of_sqlite(pool: &SqlitePool) -> Schema {
    let mut schema = Schema::new();
    let columns: Vec<(String, String, String, bool, i64)> = sqlx::query_as(
        "SELECT t.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_master t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\'
         ORDER BY t.name, c.cid",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut keys: BTreeMap<String, Vec<(i64, String)>> = BTreeMap::new();
    for (table, column, of, required, key) in columns {
        if key > 0 {
            keys.entry(table.clone()).or_default().push((key, column.clone()));
        }
        // A primary key is never null; SQLite says so of some only.
        schema
            .entry(table)
            .or_default()
            .columns
            .push((column, kind(&of), !required && key == 0));
    }
    for (table, mut key) in keys {
        key.sort();
        let key = key.into_iter().map(|(_, column)| column).collect();
        schema.get_mut(&table).unwrap().unique.insert(key);
    }
    let indexes: Vec<(String, String, bool, String)> = sqlx::query_as(
        // An expression is no column; PostgreSQL joins none to it either.
        "SELECT t.name, i.name, i.\"unique\", c.name
         FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c
         WHERE t.type = 'table' AND c.name IS NOT NULL ORDER BY t.name, i.name, c.seqno",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    add_indexes(&mut schema, indexes);
    let references: Vec<(String, String, String, String, String)> = sqlx::query_as(
        "SELECT t.name, f.\"from\", f.\"table\", f.\"to\", f.on_delete
         FROM sqlite_master t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    add_references(&mut schema, references);
    schema
}

async fn of_postgres(pool: &PgPool) -> Schema {
    let mut schema = Schema::new();
    let columns: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text
         FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'
         ORDER BY table_name, ordinal_position",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    for (table, column, of, nullable) in columns {
        schema
            .entry(table)
            .or_default()
            .columns
            .push((column, kind(&of), nullable == "YES"));
    }
    let indexes: Vec<(String, String, bool, String)> = sqlx::query_as(
        "SELECT t.relname::text, i.relname::text, x.indisunique, a.attname::text
         FROM pg_index x
         JOIN pg_class t ON t.oid = x.indrelid
         JOIN pg_class i ON i.oid = x.indexrelid
         JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'
         JOIN LATERAL unnest(x.indkey::smallint[]) WITH ORDINALITY k (number, place) ON true
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
         ORDER BY t.relname, i.relname, k.place",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    add_indexes(&mut schema, indexes);
    let references: Vec<(String, String, String, String, String)> = sqlx::query_as(
        "SELECT t.relname::text, a.attname::text, r.relname::text, b.attname::text,
                CASE c.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE c.confdeltype::text END
         FROM pg_constraint c
         JOIN pg_class t ON t.oid = c.conrelid
         JOIN pg_class r ON r.oid = c.confrelid
         CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k(own, other)
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.own
         JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = k.other
         WHERE c.contype = 'f'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    add_references(&mut schema, references);
    schema
}

fn add_indexes(schema: &mut Schema, rows: Vec<(String, String, bool, String)>) {
    let mut indexes: BTreeMap<(String, String, bool), Vec<String>> = BTreeMap::new();
    for (table, index, unique, column) in rows {
        indexes.entry((table, index, unique)).or_default().push(column);
    }
    for ((table, index, unique), columns) in indexes {
        let Some(table) = schema.get_mut(&table) else {
            continue;
        };
        if unique {
            table.unique.insert(columns);
        } else {
            table.indexes.insert(index, columns);
        }
    }
}

fn add_references(schema: &mut Schema, rows: Vec<(String, String, String, String, String)>) {
    for (table, column, to_table, to_column, on_delete) in rows {
        schema
            .get_mut(&table)
            .unwrap()
            .references
            .insert((column, to_table, to_column, on_delete));
    }
}

#[tokio::test]
async fn both_databases_have_the_same_schema() {
    let mut schemas = Vec::new();
    for test in &databases().await {
        schemas.push(match &test.db {
            Db::Sqlite { read, .. } => of_sqlite(read).await,
            Db::Postgres(pool) => of_postgres(pool).await,
        });
    }
    let sqlite = &schemas[0];
    assert!(
        sqlite["users"].unique.contains(&vec!["username".to_owned()])
            && !sqlite["sessions"].references.is_empty()
            && !sqlite["sessions"].indexes.is_empty(),
        "the comparison sees keys, references and indexes: {sqlite:#?}"
    );
    for other in &schemas[1..] {
        assert_eq!(
            sqlite.keys().collect::<Vec<_>>(),
            other.keys().collect::<Vec<_>>()
        );
        for (name, table) in sqlite {
            assert_eq!(table, &other[name], "{name}");
        }
    }
}
