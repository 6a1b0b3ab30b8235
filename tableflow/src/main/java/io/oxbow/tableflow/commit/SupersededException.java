package io.oxbow.tableflow.commit;

import io.oxbow.tableflow.TableFlowException;
import org.apache.iceberg.exceptions.CleanableFailure;

/**
 * Ends Iceberg's retry loop when the table has changed since the round loaded it. The commit was
 * surely not applied, so Iceberg may remove the manifests that it wrote for it.
 */
final class SupersededException extends TableFlowException implements CleanableFailure {

    private static final long serialVersionUID = 1L;

    SupersededException(String message) {
        super(message, Retry.RETRYABLE, null);
    }
}
