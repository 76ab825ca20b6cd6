package io.meshtransformer.evaluation.service.work;

import io.meshtransformer.contracts.TrainingEvent.CheckpointCommitted;
import io.meshtransformer.evaluation.service.control.News;
import io.meshtransformer.evaluation.service.evaluation.Evaluation.Checkpoint;
import io.meshtransformer.messaging.PublicationReader;
import io.meshtransformer.serving.OfferedModel;
import io.meshtransformer.serving.PublishedModels;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The models that are served: the first, and the checkpoints that training runs publish. */
@Singleton
public final class Models {
    /** After topics are created, before channels are opened. */
    private static final int BEFORE_CHANNELS = 600;

    private final OfferedModel first;
    private final PublishedModels reader;
    private final PublicationReader publications;
    private final News news;
    private volatile List<OfferedModel> published = List.of();
    private volatile List<CheckpointCommitted> checkpoints = List.of();

    /** @throws IOException if the first model can't be read */
    Models(ModelConfiguration configuration, PublicationReader publications, News news) throws IOException {
        this.first = OfferedModel.load(configuration.directory(), configuration.servedName());
        this.reader = new PublishedModels(first, configuration.directory());
        this.publications = publications;
        this.news = news;
    }

    void start(@Observes @Priority(BEFORE_CHANNELS) StartupEvent event) {
        publications.start(offered -> {
            published = reader.of(offered);
            checkpoints = offered;
            news.evaluationsChanged();
        });
    }

    public Optional<OfferedModel> named(String name) {
        return all().filter(model -> model.name().equals(name)).findFirst();
    }

    /** What training run and step a model is of; empty for the first. */
    public Optional<Checkpoint> checkpoint(String name) {
        return checkpoints.stream()
                .filter(checkpoint -> checkpoint.model().equals(name))
                .map(checkpoint -> new Checkpoint(checkpoint.run(), checkpoint.step()))
                .findFirst();
    }

    public List<String> names() {
        return all().map(OfferedModel::name).toList();
    }

    private Stream<OfferedModel> all() {
        return Stream.concat(Stream.of(first), published.stream());
    }
}
