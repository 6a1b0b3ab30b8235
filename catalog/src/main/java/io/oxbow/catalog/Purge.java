package io.oxbow.catalog;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.io.FileIO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes a dropped table's files: those that lie in its folder, if no other table has any there.
 */
final class Purge {

    private static final Logger LOG = LoggerFactory.getLogger(Purge.class);

    private final PointerCatalog catalog;
    private final TableIdentifier name;
    private final String tableId;
    private final Location folder;
    private final FileIO io;

    Purge(PointerCatalog catalog, TableIdentifier name, String tableId, Location folder) {
        this.catalog = catalog;
        this.name = name;
        this.tableId = tableId;
        this.folder = folder;
        this.io = catalog.io(folder);
    }

    /**
     * Drops the table and deletes its files.
     *
     * @param drop what the table's last metadata file was
     * @throws BadRequestException before anything is dropped, when another table has a part in the
     *     folder
     */
    void run(Supplier<Optional<String>> drop) {
        catalog.folders()
                .whileEmptied(
                        folder,
                        () -> {
                            requireAlone();
                            drop.get().ifPresent(this::delete);
                        });
    }

    private void requireAlone() {
        new FolderUse(catalog, tableId, folder)
                .byAnother()
                .ifPresent(why -> {
                    throw refused(why);
                });
    }

    private BadRequestException refused(String why) {
        return new BadRequestException(
                "The files of %s in %s cannot be deleted, %s; drop it without purge",
                name, folder, why);
    }

    /** Only garbage is at stake: the table is gone whether or not its files are. */
    private void delete(String lastMetadata) {
        try {
            CatalogUtil.dropTableData(io, catalog.readMetadata(lastMetadata));
        } catch (RuntimeException e) {
            LOG.warn("{} is dropped, but its files could not all be deleted", name, e);
        }
    }
}
