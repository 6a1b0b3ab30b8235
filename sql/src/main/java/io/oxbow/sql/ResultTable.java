package io.oxbow.sql;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a query gives, row by row as it is computed; to be read once, by one thread, and closed.
 *
 * <p>Values are null, Boolean, Integer, Long, Float, Double, BigDecimal, String, UUID, byte[],
 * LocalDate, LocalTime, LocalDateTime, OffsetDateTime (in UTC), Duration and Period; a struct is a
 * Map in the order of its fields, an array a List, a map a Map.
 */
public final class ResultTable implements Iterator<List<@Nullable Object>>, AutoCloseable {

    private final List<ResultColumn> columns;
    private final Iterator<List<@Nullable Object>> rows;
    private final List<String> withoutSnapshot;
    private final Runnable onClose;

    ResultTable(
            List<ResultColumn> columns,
            List<String> withoutSnapshot,
            Iterator<List<@Nullable Object>> rows,
            Runnable onClose) {
        this.columns = List.copyOf(columns);
        this.withoutSnapshot = List.copyOf(withoutSnapshot);
        this.rows = rows;
        this.onClose = onClose;
    }

    public List<ResultColumn> columns() {
        return columns;
    }

    /** Names of the tables that the query reads and that no commit has reached yet. */
    public List<String> withoutSnapshot() {
        return withoutSnapshot;
    }

    /**
     * @throws QueryException when the query fails here
     */
    @Override
    public boolean hasNext() {
        try {
            return rows.hasNext();
        } catch (RuntimeException e) {
            throw QueryErrors.execution(e);
        }
    }

    /**
     * @throws QueryException when the query fails here
     */
    @Override
    public List<@Nullable Object> next() {
        try {
            return rows.next();
        } catch (RuntimeException e) {
            throw QueryErrors.execution(e);
        }
    }

    @Override
    public void close() {
        onClose.run();
    }
}
