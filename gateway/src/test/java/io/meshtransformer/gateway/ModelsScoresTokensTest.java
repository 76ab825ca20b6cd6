package io.meshtransformer.gateway;

import static io.meshtransformer.gateway.suite.GatewayClient.answered;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshtransformer.gateway.suite.GatewayClient;
import io.meshtransformer.testkit.SuiteResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(value = SuiteResource.class, initArgs = @ResourceArg(name = SuiteResource.DATABASE, value = "true"))
class ModelsScoresTokensTest {
    @TestHTTPResource
    URI base;

    private GatewayClient client;

    @BeforeEach
    void connect() {
        client = new GatewayClient(base).awaitReady();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void modelsAreListedAndTold() {
        var models = answered(client.get("/v1/models"));
        var model = answered(client.get("/v1/models/alphabet"));

        assertThat(models.at("/object").asText()).isEqualTo("list");
        assertThat(models.at("/data").findValuesAsText("id")).containsExactly("alphabet", "ids-only");
        assertThat(models.at("/data/0")).isEqualTo(model);
        assertThat(model).isEqualTo(GatewayClient.json("""
                {"id":"alphabet","object":"model","created":1600000000,"owned_by":"mesh-transformer-java","max_model_len":512}"""));
    }

    @Test
    void continuationsAreScoredInTheirOrder() {
        var scores =
                answered(client.post("/v1/score", "{'model':'alphabet','context':'Once','continuations':['a','bc']}"));

        assertThat(scores).isEqualTo(GatewayClient.json("""
                {"object":"score","model":"alphabet","scores":[
                 {"logprob":-0.25,"token_logprobs":[-0.25],"token_ids":[97],"is_greedy":true},
                 {"logprob":-0.75,"token_logprobs":[-0.25,-0.5],"token_ids":[98,99],"is_greedy":false}],
                 "usage":{"prompt_tokens":7,"completion_tokens":0,"total_tokens":7}}"""));
    }

    @Test
    void tokenIdsAreScoredToo() {
        var scores =
                answered(client.post("/v1/score", "{'model':'alphabet','context':[1,2],'continuations':[[3],[4,5]]}"));

        assertThat(scores.at("/scores/1/token_ids")).hasToString("[4,5]");
    }

    @Test
    void textsAreTokenizedAndBack() {
        var tokens =
                answered(client.post("/tokenize", "{'model':'alphabet','prompt':'abc','add_special_tokens':false}"));
        var text = answered(client.post("/detokenize", "{'model':'alphabet','tokens':[97,98,99]}"));

        assertThat(tokens).hasToString("{\"count\":3,\"max_model_len\":512,\"tokens\":[97,98,99]}");
        assertThat(text).hasToString("{\"prompt\":\"abc\"}");
    }

    @Test
    void aTokenizerIsDescribedAsHuggingFaceDoes() {
        assertThat(answered(client.get("/tokenizer_info?model=alphabet"))).isEqualTo(GatewayClient.json("""
                {"tokenizer_class":"GPT2Tokenizer","model_max_length":512,"vocab_size":128,
                 "bos_token":"<|endoftext|>","bos_token_id":0,"eos_token":"<|endoftext|>","eos_token_id":0,"pad_token":null}"""));
        assertThat(client.get("/tokenizer_info").body())
                .as("the first model's")
                .isEqualTo(client.get("/tokenizer_info?model=alphabet").body());
        assertThat(client.get("/tokenizer_info?model=ids-only").statusCode()).isEqualTo(400);
    }

    @Test
    void healthAndMetricsAreToldToOperators() {
        assertThat(client.get("/q/health/live").statusCode()).isEqualTo(200);
        assertThat(client.get("/q/metrics").body()).contains("mtj_gateway_requests_running");
    }
}
