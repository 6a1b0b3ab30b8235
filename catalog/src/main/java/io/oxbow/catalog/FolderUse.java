package io.oxbow.catalog;

import java.util.Optional;
import org.apache.iceberg.TableMetadata;

/** Finds out if a table's folder has a part in another table, as older tables' folders may. */
final class FolderUse {

    private final PointerCatalog catalog;
    private final String tableId;
    private final Location folder;

    FolderUse(PointerCatalog catalog, String tableId, Location folder) {
        this.catalog = catalog;
        this.tableId = tableId;
        this.folder = folder;
    }

    /** Returns the reason why files in the folder may be another table's; empty if none is. */
    Optional<String> byAnother() {
        Optional<Location> other = catalog.folders().overlap(folder, tableId);
        if (other.isPresent()) {
            return Optional.of(
                    "the folder of another table, %s, overlaps it".formatted(other.get()));
        }
        for (TableMetadata older : catalog.folders().unconfined(tableId)) {
            Optional<String> file = fileOf(older);
            if (file.isPresent()) {
                return Optional.of(
                        "the table at %s names '%s' there".formatted(older.location(), file.get()));
            }
        }
        return Optional.empty();
    }

    private Optional<String> fileOf(TableMetadata other) {
        TableFolder own = new TableFolder(folder);
        String[] found = new String[1];
        new TableFiles(catalog.io(folder))
                .added(
                        null,
                        other,
                        file -> {
                            if (found[0] == null && own.contains(file)) {
                                found[0] = file;
                            }
                        });
        return Optional.ofNullable(found[0]);
    }
}
