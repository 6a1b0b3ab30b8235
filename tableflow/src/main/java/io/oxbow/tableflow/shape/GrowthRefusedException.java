package io.oxbow.tableflow.shape;

import io.oxbow.tableflow.TableFlowException;

/** The table may not grow as a record asks for. */
public final class GrowthRefusedException extends TableFlowException {

    private static final long serialVersionUID = 1L;

    GrowthRefusedException(String message) {
        super(message, Retry.FATAL, null);
    }
}
