/**
 * The built-in Iceberg REST catalog: tables and namespaces as named pointers with compare-and-set,
 * which is all that it needs of whatever keeps them.
 *
 * <p>Start at {@link io.oxbow.catalog.PointerCatalog}, an ordinary Iceberg catalog, and {@link
 * io.oxbow.catalog.TablePointers}, what it stands on. {@link
 * io.oxbow.catalog.PointerTableOperations} has the commit. {@link io.oxbow.catalog.CatalogRoutes}
 * puts Iceberg's REST protocol before it.
 *
 * <p><b>Pointers.</b> Levels and names are percent-encoded and joined by slashes. Values are JSON
 * with {@code "format":1}; the log that keeps them has the checksums.
 *
 * <pre>
 * iceberg/namespace/LEVEL/LEVEL…   {"format":1,"properties":{…}}
 * iceberg/name/LEVEL/LEVEL…/TABLE  {"format":1,"table":ID}
 * iceberg/table/ID                 {"format":1,"metadata-location":URI,"folder":URI}
 * </pre>
 *
 * A name refers to a table as a directory's entry refers to a file: a commit moves the table's
 * pointer only, a rename moves names only, and an ID is never used again, so that a commit prepared
 * against a dropped table can't land on its successor. A table that was made before tables had
 * folders to themselves has no {@code folder}.
 *
 * <p><b>Invariants.</b> A commit is acknowledged exactly if its compare-and-set took place; of
 * unknown outcome is what may still take place, and then nothing that it refers to is cleaned up. A
 * table's pointer is put before its name, and taken away after it. A namespace goes only while no
 * table's or namespace's creation in it can succeed unseen: creators touch the namespace's pointer
 * after they put theirs, and undo it when the namespace is gone.
 *
 * <p><b>Confinement.</b> All files of a table lie in its own folder, below where all tables lie,
 * and folders don't overlap. {@link io.oxbow.catalog.TableFolder} checks what metadata names on
 * every commit, {@link io.oxbow.catalog.TableFiles} finds what manifests name, {@link
 * io.oxbow.catalog.TableFolders} knows all folders, and {@link io.oxbow.catalog.ConfinedFileIO}
 * reads, writes and deletes nothing outside even if all of them were wrong. {@link
 * io.oxbow.catalog.Location} says which spellings are one place.
 *
 * <p><b>Threading.</b> Everything may be called from any thread and blocks for as long as pointers
 * and files take.
 */
@NullMarked
package io.oxbow.catalog;

import org.jspecify.annotations.NullMarked;
