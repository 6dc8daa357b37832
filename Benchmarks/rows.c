/*
 * What SQLite does without Tact: the yardstick for `make bench`.
 *
 *   rows commit DIR N          N single-row commits with two indexes, synchronous=FULL: microseconds, p50 and p99
 *   rows bulk SOURCE DIR BATCH the rows of a Tact database inserted into a new one of the same tables and indexes,
 *                              BATCH messages a transaction: rows (messages) a second
 *
 *   cc -O2 -o rows rows.c -lsqlite3
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void fail(const char *what, sqlite3 *db) {
    fprintf(stderr, "rows: %s: %s\n", what, db ? sqlite3_errmsg(db) : "failed");
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void run(sqlite3 *db, const char *sql) {
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql, db);
}

static sqlite3 *make(const char *dir) {
    char path[4096];
    sqlite3 *db;
    snprintf(path, sizeof path, "%s/rows.db", dir);
    if (sqlite3_open(path, &db) != SQLITE_OK) fail(path, db);
    run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000;"
            "PRAGMA wal_autocheckpoint = 4000; PRAGMA foreign_keys = ON");
    return db;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void commits(const char *dir, int count) {
    sqlite3 *db = make(dir);
    sqlite3_stmt *insert;
    double *took = malloc(sizeof(double) * count);
    run(db, "CREATE TABLE t (n INTEGER PRIMARY KEY, recipient INTEGER, due INTEGER, body TEXT) STRICT;"
            "CREATE INDEX a ON t (recipient); CREATE INDEX b ON t (due)");
    if (sqlite3_prepare_v2(db, "INSERT INTO t (recipient, due, body) VALUES (?, ?, ?)", -1, &insert, NULL))
        fail("prepare", db);
    char body[200];
    memset(body, 'x', sizeof body);
    for (int i = 0; i < count; i++) {
        double start = now();
        sqlite3_bind_int64(insert, 1, i * 7919L % 10007);
        sqlite3_bind_int64(insert, 2, 1800000000000L + i * 104729L % 1000003);
        sqlite3_bind_text(insert, 3, body, sizeof body, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE) fail("insert", db);
        sqlite3_reset(insert);
        took[i] = (now() - start) * 1e6;
    }
    qsort(took, count, sizeof(double), ascending);
    printf("p50 %.0f us\np99 %.0f us\n", took[count / 2], took[count * 99 / 100]);
    sqlite3_finalize(insert);
    sqlite3_close(db);
}

/* One table's rows in memory. */
struct table {
    const char *name;
    int columns;
    long count, capacity;
    sqlite3_value **values;
    sqlite3_stmt *insert;
    long next;
    int key; /* the column that names the message */
};

static void load(sqlite3 *source, sqlite3 *db, struct table *t) {
    char sql[1024];
    sqlite3_stmt *select;
    snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1", t->name);
    if (sqlite3_prepare_v2(source, sql, -1, &select, NULL)) fail(sql, source);
    t->columns = sqlite3_column_count(select);
    while (sqlite3_step(select) == SQLITE_ROW) {
        if (t->count == t->capacity) {
            t->capacity = t->capacity ? t->capacity * 2 : 1024;
            t->values = realloc(t->values, sizeof(sqlite3_value *) * t->capacity * t->columns);
        }
        for (int i = 0; i < t->columns; i++)
            t->values[t->count * t->columns + i] = sqlite3_value_dup(sqlite3_column_value(select, i));
        t->count++;
    }
    sqlite3_finalize(select);
    int length = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", t->name);
    for (int i = 1; i < t->columns; i++) length += snprintf(sql + length, sizeof sql - length, ", ?");
    snprintf(sql + length, sizeof sql - length, ")");
    if (sqlite3_prepare_v2(db, sql, -1, &t->insert, NULL)) fail(sql, db);
}

static void insert(sqlite3 *db, struct table *t) {
    for (int i = 0; i < t->columns; i++)
        sqlite3_bind_value(t->insert, i + 1, t->values[t->next * t->columns + i]);
    if (sqlite3_step(t->insert) != SQLITE_DONE) fail(t->name, db);
    sqlite3_reset(t->insert);
    t->next++;
}

static long long key(struct table *t) {
    return sqlite3_value_int64(t->values[t->next * t->columns + t->key]);
}

static void bulk(const char *path, const char *dir, int batch) {
    sqlite3 *source, *db = make(dir);
    sqlite3_stmt *schema;
    if (sqlite3_open_v2(path, &source, SQLITE_OPEN_READONLY, NULL)) fail(path, source);
    if (sqlite3_prepare_v2(source, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
                                   "ORDER BY rowid", -1, &schema, NULL)) fail("schema", source);
    while (sqlite3_step(schema) == SQLITE_ROW) run(db, (const char *)sqlite3_column_text(schema, 0));
    sqlite3_finalize(schema);
    struct table names = {.name = "names"}, recipients = {.name = "recipients"}, messages = {.name = "messages"},
                 contents = {.name = "contents"}, journal = {.name = "journal", .key = 1};
    struct table *all[] = {&names, &recipients, &messages, &contents, &journal};
    for (int i = 0; i < 5; i++) load(source, db, all[i]);
    run(db, "BEGIN");
    while (names.next < names.count) insert(db, &names);
    run(db, "COMMIT");
    double start = now();
    while (messages.next < messages.count) {
        run(db, "BEGIN");
        for (int i = 0; i < batch && messages.next < messages.count; i++) {
            long long n = key(&messages);
            long long recipient = sqlite3_value_int64(messages.values[messages.next * messages.columns + 1]);
            while (recipients.next < recipients.count && key(&recipients) <= recipient) insert(db, &recipients);
            insert(db, &messages);
            while (contents.next < contents.count && key(&contents) <= n) insert(db, &contents);
            while (journal.next < journal.count && key(&journal) <= n) insert(db, &journal);
        }
        run(db, "COMMIT");
    }
    double took = now() - start;
    printf("%ld messages, %.0f messages/s\n", messages.count, messages.count / took);
}

int main(int argc, char **argv) {
    if (argc == 4 && !strcmp(argv[1], "commit")) commits(argv[2], atoi(argv[3]));
    else if (argc == 5 && !strcmp(argv[1], "bulk")) bulk(argv[2], argv[3], atoi(argv[4]));
    else {
        fprintf(stderr, "usage: rows commit DIR N | rows bulk SOURCE DIR BATCH\n");
        return 64;
    }
    return 0;
}
