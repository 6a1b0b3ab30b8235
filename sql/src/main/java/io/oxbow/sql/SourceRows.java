package io.oxbow.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.jspecify.annotations.Nullable;

/**
 * A scan's rows as Calcite's generated code asks for them: arrays, and plain values where there is
 * one column. Each enumerator reads anew. Public for that code.
 */
public final class SourceRows extends AbstractEnumerable<@Nullable Object> {

    private final SourceTable table;
    private final ScanRequest request;

    SourceRows(SourceTable table, ScanRequest request) {
        this.table = table;
        this.request = request;
    }

    @Override
    public Enumerator<@Nullable Object> enumerator() {
        return new Rows(table.rows(request), request.columns().size() == 1);
    }

    private static final class Rows implements Enumerator<@Nullable Object> {

        private final CloseableIterable<@Nullable Object[]> source;
        private final CloseableIterator<@Nullable Object[]> rows;
        private final boolean plain;
        private @Nullable Object @Nullable [] current;

        Rows(CloseableIterable<@Nullable Object[]> source, boolean plain) {
            this.source = source;
            this.plain = plain;
            this.rows = source.iterator();
        }

        @Override
        public @Nullable Object current() {
            if (current == null) {
                throw new NoSuchElementException();
            }
            return plain ? current[0] : current;
        }

        @Override
        public boolean moveNext() {
            if (!rows.hasNext()) {
                return false;
            }
            current = rows.next();
            return true;
        }

        @Override
        public void reset() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            try (source) {
                rows.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
