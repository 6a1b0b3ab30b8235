package io.oxbow.tableflow.shape;

import io.oxbow.tableflow.TableFlowException;

/** Signals that the first records of a topic have a field with a system column's name. */
public final class SystemColumnCollisionException extends TableFlowException {

    private static final long serialVersionUID = 1L;

    SystemColumnCollisionException(String field) {
        super(
                "the records have a field '%s', which is the name of a system column; set table.column.prefix to something else and the table will be created"
                        .formatted(field),
                Retry.FATAL,
                null);
    }
}
