"""Which words of visitors may stand before a stranger: those in which every word is about a place.

No rule can tell every name, address or circumstance of somebody ("звонил сергей, они разводятся"), so what is personal
is not looked for: what is not surely impersonal is left out. The words are those in which people speak of a home, its
house and its price, and nobody's name is among them in any form (so not `свет`, of which `Света` is a form).
"""

from __future__ import annotations

import re
from functools import cache

from realty_cli.store import search

_LONGEST = 140
#: Figures of a phone, a house or an account; three suffice for "5 этаж", "100 м²", "на 15 %".
_LONG_NUMBER = re.compile(r"\d(?:[\s().,/-]*\d){3,}")
_ODD = re.compile(r"[@#:/\\_№]")
#: Where somebody lives.
_DOOR = re.compile(r"\b(?:дом|д|кв|квартира|корпус|корп|house|flat|apartment|apt|street)\b\W*\d", re.IGNORECASE)
#: Surnames may be forms of plain words, such as Садов: what ends like one has to be among the words as it stands.
_SURNAME = re.compile(r"\w+(?:[оеё]ва?|ина?|ич|[оеи]вна|[сц]к(?:ий|ая|ого|ому|ой))")
_WORD = re.compile(r"[^\W\d_]{2,}")

_RUSSIAN = """
 я мне мы нам нас наш это этот эта эти этого тот то все всё весь вся всего всем что чтобы как так такой такая такие
 кто никто ничего нечего который где когда тогда там тут здесь есть был была было были будет бы не нет ни да же ли или
 и а но если хотя потому поэтому зато уже еще только лишь очень слишком чуть немного много мало больше меньше более
 менее вполне почти совсем даже просто прямо сразу потом пока сейчас снова опять редко часто всегда никогда иногда
 рядом около возле вокруг без для до за из к на над о об от перед по под при про с со у через между внутри снаружи
 сверху снизу вместо кроме против один одна одно два две три четыре пять шесть семь восемь девять десять первый второй
 третий четвертый пятый последний крайний средний верхний нижний дорого дорогой дороже дешево дешевый дешевле цена
 цене цену стоит стоить стоимость переплата завышена завышенная высокая высоко низкая низко приемлемо адекватно
 разумно торг скидка бюджет рынок рыночная аналог аналоги деньги рубль тысяч миллион процент платеж коммунальные взнос
 ипотека квартира дом домик комната студия участок дача апартаменты помещение офис гараж кухня кухонька гостиная
 спальня детская коридор прихожая холл кладовка гардеробная ванная туалет санузел раковина душ балкон лоджия терраса
 веранда окно окна вид потолок стена стены пол паркет ламинат линолеум плитка обои дверь двери лестница лифт подъезд
 этаж этажность крыша чердак подвал подвальный фасад двор дворик парковка паркинг машина машин машиноместо сад забор
 газ вода отопление батарея батареи труба трубы проводка электричество сантехника мебель техника шкаф стол кровать
 диван холодильник стиралка кондиционер ремонт отделка планировка перепланировка площадь метр метров квадратный сотка
 сотки высота ширина длина размер материал кирпич кирпичный панель панельный монолит деревянный бетонный район место
 местоположение расположение локация улица дорога шоссе трасса метро станция остановка автобус электричка транспорт
 пробки пробка центр окраина парк лес река пруд озеро магазин магазины рынок школа садик детский поликлиника больница
 аптека площадка инфраструктура стройка новостройка завод железная соседство минут минута пешком ехать идти далеко
 далековато близко недалеко удаленность большой большая маленький маленькая мал мала малы малогабаритная крупный
 огромный просторный тесный тесно узкий узко широкий длинный короткий высокий низкий темный темно светлый светло яркий
 солнечный солнечно теплый тепло холодный холодно прохладно жарко душно сыро сырость сырой влажно сухо тихий тихо
 шумный шумно шум грязный грязно грязь чистый чисто уютный уютно красивый красиво некрасиво новый старый старая свежий
 современный устаревший ветхий ухоженный неухоженный удобный удобно неудобный неудобно комфортно хороший хорошо
 хорошая плохой плохо отличный отлично нормальный нормально обычный странный приятный приятно неприятный неприятно
 ужасный ужасно идеальный идеально интересный интересно неинтересно полный пустой пусто закрытый открытый отдельный
 отдельно раздельный совмещенный смежный изолированный проходной угловой торцевой сквозной зеленый озелененный
 безопасный безопасно опасно пахнет запах плесень трещина трещины щели сквозняк дует продувает протечка течет
 слышимость слышно видно тонкий толстый прочный надежный дешевка качественный некачественный качество состояние
 среднее жилой нежилой готовый требует требуется нужен нужна нужно нужны хватает недостает отсутствует имеется
 понравилось понравилась понравился понравились нравится хочется хотелось хотим ищем подходит подошла подошло подойдет
 устраивает устроило смущает смутило смутил пугает отпугивает мешает радует удивил удивило впечатление впечатляет
 минус плюс минусы плюсы недостаток преимущество проблема вопрос выбор вариант варианты показалось кажется выглядит
 смотрится фото фотографии объявление описание соответствует отличается ожидание ожидали лучше хуже главное главный
 единственный остальное общий целом подумаем подумать посмотрим еще посмотреть косметический капитальный дизайнерский
 черновой предчистовой евроремонт бабушкин советский сталинка хрущевка перекрытия несущий свободный въезд выезд заезд
 доступ сдача срок документы собственность обременение
"""
_ENGLISH = """
 i we us our it its this that these those there here the a an is are was were be been being would could should can
 cannot not no nor yes and or but if though because so too very quite rather little bit much many more most less least
 few some any all every none only just even almost already still yet again never always often sometimes now then what
 which who where when how than as at by for from in into of on off to toward with without near next beside behind
 above below under over between inside outside around through up down out before after during about against per one
 two three four five six seven eight nine ten first second third last top ground expensive pricey overpriced cheap
 cheaper affordable price priced cost costs costly budget market value worth money discount bargain fair reasonable
 high higher low lower flat apartment house home room rooms studio plot land office garage kitchen living bedroom
 bathroom bath toilet shower hallway corridor entrance lobby closet storage wardrobe balcony loggia terrace porch
 window windows view ceiling ceilings wall walls floor floors tile tiles door doors stairs staircase lift elevator
 roof attic basement cellar facade yard courtyard parking car cars garden fence gas water heating radiator pipe pipes
 wiring plumbing furniture appliances bed table sofa fridge washer conditioner renovation renovated repair repairs
 finish layout plan area metre metres meter meters square size height width space spacious material brick panel
 concrete wooden district neighbourhood neighborhood place location street road highway metro subway station stop bus
 train transport traffic centre center outskirts forest shop shops school kindergarten clinic hospital infrastructure
 construction site minutes minute walk walking far close distance big bigger large huge small smaller tiny cramped
 narrow wide long short dark light bright sunny warm cold cool hot stuffy damp humid dry quiet noisy noise loud dirty
 dirt clean cosy cozy beautiful nice ugly new newer old older fresh modern dated outdated shabby tidy convenient
 inconvenient comfortable uncomfortable good better best bad worse worst great excellent fine normal ordinary strange
 pleasant unpleasant terrible awful perfect ideal interesting empty open closed separate adjoining corner safe unsafe
 smell smells mould mold crack cracks draught drafty draughty leak leaks leaking thin thick solid poor quality
 condition ready needs need needed requires required lacks lack missing enough liked like likes want wanted looking
 suits suit fits fit bothers worries impression plus minus downside advantage problem question option options seems
 seemed looks looked photos description matches expected think overall main otherwise rest cosmetic complete
"""


@cache
def _known() -> frozenset[str]:
    return frozenset([*search.document(_RUSSIAN, _ENGLISH).split(), "м2", "м", "км"])


@cache
def _written() -> frozenset[str]:
    return frozenset(f"{_RUSSIAN} {_ENGLISH}".split())


def is_impersonal(text: str) -> bool:
    """Whether a text is short, has no long number, address or capital within a sentence, and every word of it is one of
    those that speak of a home."""
    if len(text) > _LONGEST or any(sign.search(text) for sign in (_LONG_NUMBER, _ODD, _DOOR)):
        return False
    words = [word for part in re.split(r"[.!?…]\s+", text) for word in enumerate(_WORD.findall(part))]
    if any(at and word[0].isupper() for at, word in words):
        return False
    if any(_SURNAME.fullmatch(plain) and plain not in _written() for plain in (word.lower() for _at, word in words)):
        return False
    stems = search.document(text).split()
    return bool(stems) and all(one in _known() or one.isdecimal() for one in stems)
