package io.oxbow.catalog;

import com.fasterxml.jackson.databind.JsonMappingException;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ForbiddenException;
import org.apache.iceberg.exceptions.NamespaceNotEmptyException;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.UnprocessableEntityException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.rest.responses.ErrorResponse;

/**
 * Turns exceptions into the Iceberg REST specification's error bodies. An unforeseen one is a 500,
 * which to a committing client says that the outcome is unknown; 503 says that nothing happened.
 */
final class CatalogErrors {

    private CatalogErrors() {}

    static int status(Exception e) {
        return switch (e) {
            case NoSuchTableException _, NoSuchNamespaceException _, NotFoundException _ -> 404;
            case AlreadyExistsException _, CommitFailedException _, NamespaceNotEmptyException _ ->
                    409;
            case UnprocessableEntityException _ -> 422;
            case ForbiddenException _ -> 403;
            case MethodNotAllowedException _ -> 405;
            case UnsupportedOperationException _ -> 406;
            case PointersUnavailableException _ -> 503;
            case ValidationException _,
                    BadRequestException _,
                    IllegalArgumentException _,
                    IndexOutOfBoundsException _,
                    JsonMappingException _ ->
                    400;
            default -> 500;
        };
    }

    static ErrorResponse response(int status, String type, String message) {
        return ErrorResponse.builder()
                .responseCode(status)
                .withType(type)
                .withMessage(message)
                .build();
    }
}
