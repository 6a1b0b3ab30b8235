package io.oxbow.node.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.oxbow.catalog.PointerCatalog;
import io.oxbow.node.adapter.ImageTableTopics;
import io.oxbow.node.adapter.LogTablePointers;
import io.oxbow.node.adapter.StreamUploads;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.tableflow.lease.TableLeases;
import io.oxbow.tableflow.service.CommitterEpochs;
import io.oxbow.tableflow.service.ProgressListener;
import io.oxbow.tableflow.service.TableService;
import io.oxbow.tableflow.service.TableServiceConfig;
import io.oxbow.tableflow.service.TableServiceLinks;
import io.oxbow.tableflow.service.TableTopics;
import io.oxbow.tableflow.translate.TableRound;
import io.oxbow.tableflow.translate.TopicLog;
import io.oxbow.tableflow.value.WriterSchemas;
import io.oxbow.tableflow.write.ObjectStoreFileIO;
import java.util.Map;

/** The catalog, and the service that keeps the tables of topics. */
record Tables(PointerCatalog catalog, TableService service) {

    /** Place of the tables, relative to the lineage's part of the bucket. */
    private static final String TABLES = "tables";

    /** Parts of the node that the table service is connected to. */
    record Links(ImageTableTopics topics, WriterSchemas schemas, ProgressListener progress) {}

    static PointerCatalog openCatalog(Storage storage, MeterRegistry meters, Resources resources) {
        // Nothing of the bucket but its tables can be reached by a location.
        var io = resources.add(new ObjectStoreFileIO(storage.bucket().under(TABLES)));
        var catalog =
                new PointerCatalog(
                        new PointerCatalog.Settings(
                                "oxbow",
                                io.location().toString(),
                                Map.of(),
                                storage.config().cacheTablesBytes()),
                        new LogTablePointers(storage.log()),
                        io);
        Gauge.builder("oxbow.cache.tables.bytes", catalog, PointerCatalog::cachedBytes)
                .description("Heap of the tables' metadata that is kept, as it is estimated")
                .baseUnit("bytes")
                .register(meters);
        return catalog;
    }

    static Tables start(
            PointerCatalog catalog,
            Storage storage,
            Links links,
            Environment environment,
            MeterRegistry meters,
            Resources resources) {
        var service =
                new TableService(
                        new TableRound.Sources(
                                catalog,
                                TopicLog.of(storage.log().image(), storage.committed()),
                                links.schemas()),
                        new TableServiceLinks(
                                links.topics(),
                                epochs(storage, links.topics(), environment, resources),
                                new StreamUploads(storage.streams()),
                                links.progress()),
                        TableServiceConfig.defaults(),
                        environment,
                        meters);
        service.start();
        return new Tables(catalog, service);
    }

    /** Returns the epochs at which this process commits: those of its leases. */
    private static CommitterEpochs epochs(
            Storage storage, TableTopics topics, Environment environment, Resources resources) {
        var leases =
                resources.add(
                        new TableLeases(
                                new TableLeases.Process(
                                        storage.config().broker().nodeId(),
                                        storage.member().incarnation(),
                                        storage.config().roles().tableflow()),
                                storage.log(),
                                topics,
                                environment));
        leases.start();
        return leases;
    }
}
