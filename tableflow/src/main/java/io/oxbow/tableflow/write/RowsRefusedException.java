package io.oxbow.tableflow.write;

import io.oxbow.tableflow.TableFlowException;

/**
 * Signals that a data file cannot hold the rows that were written to it. Which of them is to blame
 * it cannot say, and the file is spoilt with those that are not.
 */
public final class RowsRefusedException extends TableFlowException {

    private static final long serialVersionUID = 1L;

    RowsRefusedException(Throwable cause) {
        super("rows that no data file takes: " + cause, Retry.RETRYABLE, cause);
    }
}
